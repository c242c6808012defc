import { expect } from 'chai';
import { ArgumentError, ImageError, UnsupportedEnvironmentError, UnsupportedOpError } from '../../src/errors.ts';
import { inflate } from '../../src/work/inflate.ts';
import { Helper } from '../../src/work/helper.ts';
import type { Opener } from '../../src/work/line.ts';
import type { Job } from '../../src/work/job.ts';
import { isFile, openWorker, workerAddress } from '../../src/work/open-worker.ts';
import { packError, unpackError } from '../../src/work/pack-error.ts';
import { atOnce, inSlices } from '../../src/work/steps.ts';
import { rejection } from '../rejection.ts';

/** A Worker of these lines, in which `answer` posts to the page. */
function workerOf(script: string): Worker {
  const text = `const answer = (message) => postMessage(message); ${script}`;
  return new Worker(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })), { type: 'module' });
}

/** Opens Workers of these lines, and counts them. */
function opener(script: string): Opener & { opened: Worker[] } {
  const opened: Worker[] = [];
  const open: Opener = async (isUp) => {
    const worker = workerOf(script);
    opened.push(worker);
    return (await isUp(worker)) ? worker : undefined;
  };
  return Object.assign(open, { opened });
}

const READY = "answer({ kind: 'ready' });";
/** Answers each order with the name of its job. */
const ECHO = `onmessage = ({ data: { kind, id, job } }) =>
  kind === 'start' && answer({ kind: 'result', id, result: 'worker: ' + job }); ${READY}`;

/** Says where it ran. */
const where: Job<unknown, string> = {
  name: 'where',
  load: () => Promise.resolve(() => Promise.resolve({ result: 'page' })),
};

/** A job that is not to run in the page. */
function onlyInWorker<Args, Result>(name: string): Job<Args, Result> {
  return { name, load: () => Promise.reject(new Error(`${name} ran in the page`)) };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<Blob> {
  return new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw'))).blob();
}

describe('work in steps', () => {
  function* steps(): Generator<undefined, string> {
    for (let step = 0; step < 4; step++) {
      const end = performance.now() + 13;
      while (performance.now() < end);
      yield;
    }
    return 'done';
  }

  it('lets the page live in between, and stops when nobody wants it', async () => {
    let frames = 0;
    const timer = setInterval(() => frames++);
    expect(atOnce(steps())).to.equal('done');
    expect(frames).to.equal(0);
    expect(await inSlices(steps(), undefined)).to.equal('done');
    expect(frames).to.be.greaterThan(0);
    clearInterval(timer);
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort(new Error('enough'));
    });
    await rejection(Error, () => inSlices(steps(), controller.signal));
  });
});

describe('work', () => {
  it('runs the jobs of the table in the Worker that is built, and frees it', async () => {
    const helper = new Helper(openWorker, { idleMs: 50 });
    const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) % 251);
    const data = await deflated(bytes);
    const args = { data, format: 'deflate-raw', bytes: bytes.length };
    expect(await helper.perform(onlyInWorker('inflate'), args)).to.deep.equal(bytes);
    await pause(200);
    // The Worker is gone, and a new one is opened
    expect(await helper.perform(onlyInWorker('inflate'), args)).to.deep.equal(bytes);
  });

  it('carries errors across with their class, code and details', async () => {
    const helper = new Helper(openWorker);
    const args = { data: new Blob(['no']), format: 'deflate-raw', bytes: 1e9 };
    const error = await rejection(ArgumentError, () => helper.perform(onlyInWorker('inflate'), args));
    expect(error.code).to.equal('argument');
    expect(error.details.expected).to.equal('1000000000 bytes');
    expect(error.message).to.match(/^the compressed data are damaged; expected 1000000000 bytes/);

    const node = { op: 'Magic', node: 'n', reason: 'unknown' };
    const across = (from: unknown): Error => unpackError(structuredClone(packError(from)));
    const unsupported = across(new UnsupportedOpError([node], { where: 'x.onnx', cause: new Error('why') }));
    expect(unsupported).to.be.instanceOf(UnsupportedOpError);
    expect(unsupported).to.deep.include({ nodes: [node], details: { where: 'x.onnx' }, code: 'unsupported-op' });
    expect(across(new ImageError('no'))).to.be.instanceOf(ImageError);
    expect(across(new TypeError('odd')).name).to.equal('TypeError');
    expect(across('odd').message).to.equal('odd');
  });

  it('runs on the page where no Worker starts: no file, no permission, no answer', async () => {
    const none = new Helper(() => Promise.resolve(undefined));
    expect(await none.perform(where, 0)).to.equal('page');
    const forbidden = new Helper(() => Promise.reject(new DOMException('no', 'SecurityError')));
    expect(await forbidden.perform(where, 0)).to.equal('page');
    for (const script of ['throw 1', '', "answer('what?')", '<!doctype html>']) {
      const open = opener(script);
      const helper = new Helper(open, { startMs: 500 });
      expect(await helper.perform(where, 0), script).to.equal('page');
      expect(await helper.perform(where, 0), script).to.equal('page');
      expect(open.opened.length, 'it is not tried again').to.equal(1);
    }
  });

  it('gives the same on the page as in the Worker', async () => {
    const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => i % 7);
    const args = { data: await deflated(bytes), format: 'deflate-raw' as const, bytes: bytes.length };
    const job = { name: 'inflate', load: () => Promise.resolve(inflate) };
    const results = [openWorker, () => Promise.resolve(undefined)].map((open) => new Helper(open).perform(job, args));
    const [inWorker, onPage] = await Promise.all(results);
    expect(inWorker).to.deep.equal(onPage);
    expect(onPage).to.deep.equal(bytes);
  });

  it('does a job again on the page when its Worker dies, falls silent or is of another build', async () => {
    for (const script of [
      `onmessage = () => { throw new Error('died'); }; ${READY}`,
      `onmessage = () => undefined; ${READY}`,
      `onmessage = ({ data: { id } }) => answer({ kind: 'unknown', id }); ${READY}`,
    ]) {
      const helper = new Helper(opener(script), { silenceMs: 100 });
      expect(await Promise.all([helper.perform(where, 0), helper.perform(where, 1)]), script).to.deep.equal([
        'page',
        'page',
      ]);
    }
  });

  it('does not open a Worker again that died twice', async () => {
    const open = opener(`onmessage = () => { throw new Error('died'); }; ${READY}`);
    const helper = new Helper(open);
    for (let i = 0; i < 4; i++) expect(await helper.perform(where, 0)).to.equal('page');
    expect(open.opened.length).to.equal(2);
  });

  it('says so where what was handed over died with the Worker', async () => {
    const helper = new Helper(opener(`onmessage = () => { throw new Error('died'); }; ${READY}`));
    const buffer = new ArrayBuffer(8);
    const error = await rejection(UnsupportedEnvironmentError, () =>
      helper.perform(where, buffer, { transfer: [buffer] }),
    );
    expect(error.message).to.contain('ended the Worker');
  });

  it('hears of progress, and waits as long as there are signs of life', async () => {
    const helper = new Helper(
      opener(`onmessage = ({ data: { id } }) => {
        let n = 0;
        const timer = setInterval(() => {
          answer(n % 2 ? { kind: 'alive' } : { kind: 'progress', id, done: n / 8 });
          if (n++ < 8) return;
          clearInterval(timer);
          answer({ kind: 'result', id, result: 'worker' });
        }, 60);
      }; ${READY}`),
      { silenceMs: 1000 },
    );
    const heard: number[] = [];
    expect(await helper.perform(where, 0, { onProgress: (done) => heard.push(done) })).to.equal('worker');
    expect(heard).to.deep.equal([0, 0.25, 0.5, 0.75, 1]);
  });

  it('stops at once, before and during the work', async () => {
    const open = opener(`onmessage = ({ data }) => data.kind === 'stop' && answer({ kind: 'alive' }); ${READY}`);
    const helper = new Helper(open);
    const early = await rejection(DOMException, () => helper.perform(where, 0, { signal: AbortSignal.abort() }));
    expect(early.name).to.equal('AbortError');
    expect(open.opened.length).to.equal(0);
    const abort = new AbortController();
    const late = rejection(DOMException, () => helper.perform(where, 0, abort));
    await pause(50);
    const told = new Promise((resolve) => {
      open.opened[0]!.addEventListener('message', resolve, { once: true });
    });
    abort.abort();
    expect((await late).name).to.equal('AbortError');
    await told;
  });

  it('asks one Worker for all', async () => {
    const open = opener(ECHO);
    const helper = new Helper(open);
    const jobs = ['a', 'b', 'c'].map((name) => helper.perform(onlyInWorker(name), 0));
    expect(await Promise.all(jobs)).to.deep.equal(['worker: a', 'worker: b', 'worker: c']);
    expect(open.opened.length).to.equal(1);
  });

  it('is looked for beside the script, or in the package that a short address stands for', () => {
    for (const [script, file] of [
      ['https://cdn.example/npm/unpool@1.0.0', 'https://cdn.example/npm/unpool@1.0.0/dist/worker.js'],
      ['https://cdn.example/npm/unpool?x=1', 'https://cdn.example/npm/unpool/dist/worker.js'],
      ['https://cdn.example/unpool@1.0.0/dist/unpool.min.js?x=1#y', 'https://cdn.example/unpool@1.0.0/dist/worker.js'],
      ['https://here.example/src/work/open-worker.ts', 'https://here.example/src/work/worker.js'],
    ] as const) {
      expect(workerAddress(script, 'worker.js').href).to.equal(file);
    }
    expect(isFile('https://cdn.example/npm/unpool@1.0.0')).to.be.false;
    expect(isFile('file:///home/x/node_modules/unpool/dist/work-AB12.mjs')).to.be.true;
  });
});
