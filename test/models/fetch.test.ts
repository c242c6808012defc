import { expect } from 'chai';
import { ModelFetchError, ModelFormatError } from '../../src/errors.ts';
import { CACHE_NAME, fetchBytes, fetchJson } from '../../src/models/fetch.ts';
import { siblingUrl } from '../../src/models/beside.ts';
import { fixture, repositoryFile } from '../goldens.ts';
import { withProperty } from '../gpu/with-property.ts';
import { rejection } from '../rejection.ts';

/** As the usual patience, in milliseconds. */
const SHORT = { silence: 50, pause: 1, cache: 30, report: 10 };

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

async function sha256(bytes: BufferSource): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Puts a made-up network in the place of the real one until the end of the test. */
function answerWith(...responses: (() => Response)[]): { readonly calls: string[] } {
  const calls: string[] = [];
  globalThis.fetch = (input) => {
    calls.push(input instanceof Request ? input.url : String(input));
    const next = responses.shift();
    return next ? Promise.resolve(next()) : Promise.reject(new TypeError('offline'));
  };
  return { calls };
}

function chunked(chunks: readonly string[], headers: HeadersInit = {}): () => Response {
  return () => {
    const left = chunks.map((chunk) => new TextEncoder().encode(chunk));
    const body = new ReadableStream<Uint8Array>({
      pull: (stream) => {
        const next = left.shift();
        if (next) stream.enqueue(next);
        else stream.close();
      },
    });
    return new Response(body, { headers });
  };
}

describe('models/fetch', () => {
  const { fetch } = globalThis;
  const { open } = CacheStorage.prototype;
  beforeEach(() => caches.delete(CACHE_NAME));
  afterEach(async () => {
    globalThis.fetch = fetch;
    CacheStorage.prototype.open = open;
    await caches.delete(CACHE_NAME);
  });

  it('reads a model from the server and checks its checksum', async () => {
    const { sha256, bytes } = (
      (await (await fetch(repositoryFile('models/models.json'))).json()) as Record<
        string,
        { sha256: string; bytes: number }
      >
    )['squeezenet1.1-fp16']!;
    const seen: [number, number | undefined][] = [];
    const model = await fetchBytes(repositoryFile('models/squeezenet1.1-fp16.onnx'), {
      sha256,
      cache: false,
      onProgress: (loaded, total) => seen.push([loaded, total]),
    });
    expect(model.length).to.equal(bytes);
    expect(seen[0]).to.deep.equal([0, bytes]);
    expect(seen.at(-1)).to.deep.equal([bytes, bytes]);
    expect(seen.every(([loaded], i) => i === 0 || loaded > seen[i - 1]![0])).to.be.true;
  });

  it('reports each part as it comes', async () => {
    answerWith(chunked(['abc', 'de', 'f'], { 'content-length': '6' }));
    const seen: unknown[] = [];
    const bytes = await fetchBytes('https://x.test/m', { onProgress: (...progress) => seen.push(progress) });
    expect(text(bytes)).to.equal('abcdef');
    expect(seen).to.deep.equal([[0, 6, 0], [3, 6, 0], [5, 6, 0], [6, 6, 0]]); // prettier-ignore
  });

  it('takes the total from the caller where the length counts packed bytes, and knows none without', async () => {
    const headers = { 'content-length': '3', 'content-encoding': 'br' };
    answerWith(chunked(['abcdef'], headers), chunked(['abcdef'], headers));
    const totals: unknown[] = [];
    await fetchBytes('https://x.test/m', { bytes: 8, onProgress: (_, total) => totals.push(total) });
    await fetchBytes('https://x.test/m', { onProgress: (_, total) => totals.push(total) });
    expect(totals).to.deep.equal([8, 8, undefined, undefined]);
  });

  it('reads a file of the user, packed or not', async () => {
    const packed = await new Response(new Blob(['weights']).stream().pipeThrough(new CompressionStream('gzip'))).blob();
    const hash = await sha256(new TextEncoder().encode('weights'));
    expect(text(await fetchBytes(new File(['weights'], 'm.onnx'), { sha256: hash }))).to.equal('weights');
    expect(text(await fetchBytes(packed, { sha256: hash }))).to.equal('weights');
    const error = await rejection(ModelFetchError, () => fetchBytes(new File([packed.slice(0, 15)], 'cut.gz')));
    expect(error.message).to.match(/^cut\.gz: the gzip data are damaged or end too early; got 15 bytes/);
  });

  it('unpacks no more than a gzip file says, and that within the limit', async () => {
    const stream = new Blob([new Uint8Array(3_000_000)]).stream().pipeThrough(new CompressionStream('gzip'));
    const packed = new Uint8Array(await new Response(stream).arrayBuffer());
    const saying = (size: number): File => {
      const bytes = packed.slice();
      new DataView(bytes.buffer).setUint32(bytes.length - 4, size, true);
      return new File([bytes], 'bomb.gz');
    };
    expect((await fetchBytes(saying(3_000_000))).length).to.equal(3_000_000);
    const large = await rejection(ModelFetchError, () => fetchBytes(saying(1_200_000_000)));
    expect(large.message).to.contain(
      'bomb.gz: the gzip data hold too much, or end too early; expected at most 1,073,741,824 bytes; got 1,200,000,000',
    );
    for (const lie of [0, 1000, 2_999_999, 3_000_001, 1_000_000_000]) {
      const error = await rejection(ModelFetchError, () => fetchBytes(saying(lie)));
      expect(error.message).to.contain('the gzip data are damaged or end too early');
    }
  });

  it('answers the second time from the cache, without the network', async () => {
    const hash = await sha256(new TextEncoder().encode('weights'));
    const { calls } = answerWith(chunked(['weights']));
    const options = { sha256: hash };
    await fetchBytes('https://x.test/m.onnx?v=1', options);
    const seen: unknown[] = [];
    const again = await fetchBytes('https://x.test/m.onnx?v=1', { ...options, onProgress: (...p) => seen.push(p) });
    expect(text(again)).to.equal('weights');
    expect(calls).to.deep.equal(['https://x.test/m.onnx?v=1']);
    expect(seen).to.deep.equal([[7, 7, 0]]);
    await rejection(ModelFetchError, () => fetchBytes('https://x.test/m.onnx?v=1', { ...options, cache: false }));
    await rejection(ModelFetchError, () => fetchBytes('https://x.test/m.onnx?v=2', options));
  });

  it('fetches a damaged cache entry again and mends it', async () => {
    const hash = await sha256(new TextEncoder().encode('weights'));
    const { calls } = answerWith(chunked(['weights']), chunked(['weights']));
    await fetchBytes('https://x.test/m', { sha256: hash });
    const cache = await caches.open(CACHE_NAME);
    await cache.put((await cache.keys())[0]!, new Response('rubbish'));
    expect(text(await fetchBytes('https://x.test/m', { sha256: hash }))).to.equal('weights');
    expect(text(await fetchBytes('https://x.test/m', { sha256: hash }))).to.equal('weights');
    expect(calls).to.have.length(2);
  });

  it('does without a cache that refuses to open or is full', async () => {
    const hash = await sha256(new TextEncoder().encode('weights'));
    CacheStorage.prototype.open = () => Promise.reject(new DOMException('private window', 'SecurityError'));
    answerWith(chunked(['weights']), chunked(['weights']));
    expect(text(await fetchBytes('https://x.test/m', { sha256: hash }))).to.equal('weights');
    CacheStorage.prototype.open = async (name) => {
      const cache = await open.call(caches, name);
      cache.put = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
      return cache;
    };
    expect(text(await fetchBytes('https://x.test/m', { sha256: hash }))).to.equal('weights');
  });

  it('refuses a wrong checksum, says what the file looks like and does not keep it', async () => {
    const wrong = 'f'.repeat(64);
    answerWith(() => new Response('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n'));
    const error = await rejection(ModelFetchError, () => fetchBytes('https://x.test/m', { sha256: wrong }));
    expect(error.message).to.contain('the checksum does not match');
    expect(error.details.expected).to.equal(`SHA-256 ${wrong}`);
    expect(error.details.got).to.match(/^[0-9a-f]{64} \(59 bytes, a Git LFS pointer/);
    expect(await (await caches.open(CACHE_NAME)).keys()).to.deep.equal([]);
  });

  it('says that a file is missing', async () => {
    const url = fixture('no-such-model.onnx').href;
    const error = await rejection(ModelFetchError, () => fetchBytes(url));
    expect(error.code).to.equal('model-fetch');
    expect(error.message).to.equal(
      `${url}: the server did not give the file; expected HTTP 200; got HTTP 404 Not Found. There is no such file: check the address.`,
    );
  });

  it('names CORS where another site gives nothing, and not where it is the same site', async () => {
    // The same server under another name is another origin, and it allows none.
    const other = new URL(fixture('nets/make_nets.py'));
    other.hostname = '127.0.0.1';
    const error = await rejection(ModelFetchError, () => fetchBytes(other));
    expect(error.message).to.contain('CORS').and.contain(`Access-Control-Allow-Origin: ${location.origin}`);
    expect(error.cause).to.be.instanceOf(TypeError);
    answerWith();
    const here = await rejection(ModelFetchError, () => fetchBytes('/m.onnx'));
    expect(here.message).to.contain(`${location.origin}/m.onnx`).and.not.contain('CORS');
  });

  it('recognises a web page in the place of a model', async () => {
    answerWith(() => new Response('\n<!DOCTYPE html><title>Not found</title>'));
    const error = await rejection(ModelFetchError, () => fetchBytes('https://x.test/m.onnx'));
    expect(error.message).to.contain('a web page came instead of the file').and.contain('got HTML');
  });

  it('says how far a download came that broke off twice', async () => {
    const breaking = (): Response => {
      let sent = false;
      const body = new ReadableStream<Uint8Array>({
        pull: (stream) => {
          if (sent) stream.error(new TypeError('network error'));
          else stream.enqueue(new Uint8Array(4));
          sent = true;
        },
      });
      return new Response(body, { headers: { 'content-length': '10' } });
    };
    const { calls } = answerWith(breaking, breaking, breaking);
    const error = await rejection(ModelFetchError, () => fetchBytes('https://x.test/m', { patience: SHORT }));
    expect(error.message).to.equal('https://x.test/m: the connection broke off; expected 10 bytes; got 4. Try again.');
    expect(calls).to.have.length(2);
    answerWith(breaking, chunked(['weights']));
    expect(text(await fetchBytes('https://x.test/m', { patience: SHORT }))).to.equal('weights');
  });

  it('asks a busy server once more, and one that has no such file only once', async () => {
    const status = (code: number) => (): Response => new Response('later', { status: code });
    answerWith(status(503), chunked(['weights']));
    expect(text(await fetchBytes('https://x.test/m', { patience: SHORT }))).to.equal('weights');
    answerWith(status(503), status(503), chunked(['weights']));
    const busy = await rejection(ModelFetchError, () => fetchBytes('https://x.test/m', { patience: SHORT }));
    expect(busy.message).to.contain('got HTTP 503').and.to.contain('try again later');
    const { calls } = answerWith(status(403), chunked(['weights']));
    await rejection(ModelFetchError, () => fetchBytes('https://x.test/m', { patience: SHORT }));
    expect(calls).to.have.length(1);
  });

  it('does not mind a wrong length', async () => {
    for (const length of ['3', '300']) {
      answerWith(chunked(['weights'], { 'content-length': length }));
      expect(text(await fetchBytes('https://x.test/m'))).to.equal('weights');
    }
  });

  describe('a server that stalls', () => {
    /** Sends what it is given, and then nothing more; counts those who hung up. */
    function stalling(...chunks: string[]): { readonly left: string[]; readonly answer: () => Response } {
      const left: string[] = [];
      const answer = (): Response => {
        const waiting = chunks.map((chunk) => new TextEncoder().encode(chunk));
        const body = new ReadableStream<Uint8Array>(
          {
            pull: (stream) => {
              const next = waiting.shift();
              if (next) stream.enqueue(next);
              else return new Promise<void>(() => undefined);
              return undefined;
            },
            cancel: () => void left.push('hung up'),
          },
          { highWaterMark: 0 },
        );
        return new Response(body, { headers: { 'content-length': '7' } });
      };
      return { left, answer };
    }

    it('is asked once more, and it is said for how long it has been silent', async () => {
      const { left, answer } = stalling('wei');
      answerWith(answer, chunked(['weights']));
      const silent: (readonly [loaded: number, ms: number])[] = [];
      const onProgress = (loaded: number, _: unknown, ms: number): void => void silent.push([loaded, ms]);
      const bytes = await fetchBytes('https://x.test/m', { patience: { ...SHORT, silence: 200 }, onProgress });
      expect(text(bytes)).to.equal('weights');
      expect(left).to.deep.equal(['hung up']);
      expect(silent.some(([loaded, ms]) => loaded === 3 && ms >= 10)).to.equal(true);
      expect(silent.at(-1)).to.deep.equal([7, 0]);
    });

    it('is given up in the end, with words', async () => {
      const { answer } = stalling('wei');
      answerWith(answer, answer);
      const error = await rejection(ModelFetchError, () => fetchBytes('https://x.test/m', { patience: SHORT }));
      expect(error.message).to.equal(
        'https://x.test/m: the server stalls; expected 7 bytes; got 3, then nothing for 0.05 s. Try again.',
      );
    });

    it('may not even begin to answer', async () => {
      const signals: (AbortSignal | null | undefined)[] = [];
      globalThis.fetch = (_, init) => {
        signals.push(init?.signal);
        return new Promise<Response>(() => undefined);
      };
      const error = await rejection(ModelFetchError, () => fetchBytes('https://x.test/m', { patience: SHORT }));
      expect(error.message).to.equal(
        'https://x.test/m: the server does not answer; got nothing for 0.05 s. Try again.',
      );
      expect(signals.map((signal) => signal?.aborted)).to.deep.equal([true, true]);
    });

    it('can be left at any time', async () => {
      globalThis.fetch = (_, init) =>
        new Promise((resolve, reject) => {
          init!.signal!.addEventListener('abort', () => reject(init!.signal!.reason as DOMException));
        });
      const controller = new AbortController();
      const { signal } = controller;
      const left = rejection(DOMException, () => fetchBytes('https://x.test/m', { signal }));
      controller.abort();
      expect((await left).name).to.equal('AbortError');
    });
  });

  describe('a cache that never answers', () => {
    const never = (): Promise<never> => new Promise<never>(() => undefined);

    it('is left alone', async () => {
      const hash = await sha256(new TextEncoder().encode('weights'));
      let asked = 0;
      CacheStorage.prototype.open = () => {
        asked++;
        return never();
      };
      answerWith(chunked(['weights']));
      expect(text(await fetchBytes('https://x.test/m', { sha256: hash, patience: SHORT }))).to.equal('weights');
      expect(asked, 'not asked again to keep the file').to.equal(1);
    });

    it('does not hold up what was downloaded', async () => {
      const hash = await sha256(new TextEncoder().encode('weights'));
      CacheStorage.prototype.open = async (name) => {
        const cache = await open.call(caches, name);
        cache.put = never;
        return cache;
      };
      answerWith(chunked(['weights']));
      expect(text(await fetchBytes('https://x.test/m', { sha256: hash, patience: SHORT }))).to.equal('weights');
    });
  });

  describe('without a connection', () => {
    const url = 'https://x.test/m.json';
    const keep = { keep: true, patience: SHORT };

    it('JSON that is to be kept is as it was the last time, and only then', async () => {
      await rejection(ModelFetchError, () => fetchJson(url, keep));
      answerWith(() => new Response('[1]'), () => new Response('[2]')); // prettier-ignore
      expect((await fetchJson(url, keep)).json).to.deep.equal([1]);
      expect((await fetchJson(url, keep)).json, 'what the server has is newer').to.deep.equal([2]);
      expect(await fetchJson(url, keep)).to.deep.equal({ json: [2], base: url });
      await rejection(ModelFetchError, () => fetchJson(url, { patience: SHORT }));
    });

    it('a file that is gone stays gone', async () => {
      const gone = (): Response => new Response('', { status: 404 });
      answerWith(() => new Response('[1]'), gone);
      await fetchJson(url, keep);
      expect((await rejection(ModelFetchError, () => fetchJson(url, keep))).message).to.contain('404');
    });
  });

  it('says what to do where a page is from a disk or in a sandboxed frame', async () => {
    answerWith();
    const disk = await rejection(ModelFetchError, () => fetchBytes('file:///home/me/m.onnx'));
    expect(disk.message).to.contain('npx serve');
    await withProperty(globalThis, 'origin', 'null', async () => {
      const error = await rejection(ModelFetchError, () => fetchBytes('/m.onnx'));
      expect(error.message).to.contain('sandboxed frame').and.to.contain('Access-Control-Allow-Origin: *');
    });
  });

  it('stays an AbortError when cancelled, before or during the download', async () => {
    const aborted = AbortSignal.abort();
    const url = repositoryFile('models/squeezenet1.1.onnx');
    expect((await rejection(DOMException, () => fetchBytes(url, { signal: aborted }))).name).to.equal('AbortError');
    for (const source of [url, new Blob([new Uint8Array(1e6)])]) {
      const controller = new AbortController();
      const onProgress = (): void => controller.abort();
      const { signal } = controller;
      expect((await rejection(DOMException, () => fetchBytes(source, { signal, onProgress }))).name).to.equal(
        'AbortError',
      );
    }
  });

  it('reads JSON and shows what is none', async () => {
    answerWith(() => new Response('{"a": [1]}'), () => new Response('a: 1')); // prettier-ignore
    expect(await fetchJson('https://x.test/a/m.json')).to.deep.equal({
      json: { a: [1] },
      base: 'https://x.test/a/m.json',
    });
    const error = await rejection(ModelFormatError, () => fetchJson('https://x.test/m.json'));
    expect(error.message).to.equal('https://x.test/m.json: not valid JSON; got "a: 1".');
  });

  it('refuses an address that is none', async () => {
    const error = await rejection(ModelFetchError, () => fetchBytes('https://'));
    expect(error.message).to.contain('got "https://"');
  });

  it('finds external data beside the model and never elsewhere', async () => {
    const at = (location: string): string =>
      siblingUrl(new URL('https://x.test/a/m.onnx?v=2', document.baseURI), location).href;
    expect(at('m.onnx.data')).to.equal('https://x.test/a/m.onnx.data');
    expect(at('w/part #1.bin')).to.equal('https://x.test/a/w/part%20%231.bin');
    for (const location of ['../secret', 'a/../../b', '/etc/x', '\\x', 'https://evil.test/x', 'data:,x', '']) {
      await rejection(ModelFormatError, () => at(location));
    }
  });
});
