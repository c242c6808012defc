import { ModelFetchError, ModelFormatError } from '../errors.ts';
import { MAX_UNPACKED_BYTES } from '../limits.ts';
import { get, resolveUrl } from './internal/http.ts';

export interface FetchOptions {
  /** Expected SHA-256 in hex, of the bytes after unpacking. */
  readonly sha256?: string | undefined;
  /** Expected size of the download: the total for `onProgress` where the server does not tell it. */
  readonly bytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Bytes downloaded so far and in all, where that is known. */
  readonly onProgress?: ((loaded: number, total: number | undefined) => void) | undefined;
  /** False leaves Cache Storage alone. Only http(s) files with a `sha256` are kept there, so that an entry can never be stale. */
  readonly cache?: boolean | undefined;
}

/** Name of the store in Cache Storage; `caches.delete` of it frees everything. */
export const CACHE_NAME = 'unpool-models';

/**
 * The bytes of a file, unpacked where they are gzip-compressed, checked, and kept for the next visit.
 *
 * Throws {@link ModelFetchError} (no connection or CORS, HTTP status, an HTML page in its place, checksum), the signal's
 * reason when aborted. Where a page is no secure context the browser has no SHA-256: then nothing is checked or kept.
 */
export async function fetchBytes(
  source: string | URL | Blob,
  options: FetchOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { sha256, signal, onProgress } = options;
  signal?.throwIfAborted();
  const url = source instanceof Blob ? undefined : resolveUrl(source, ModelFetchError);
  const where = url?.href ?? (source instanceof File ? source.name : 'the file');
  const checkable = sha256 !== undefined && (crypto.subtle as SubtleCrypto | undefined) !== undefined;

  const cacheable = checkable && options.cache !== false && url?.protocol.startsWith('http');
  const key = cacheable ? cacheKey(url!, sha256) : undefined;
  const cached = key === undefined ? undefined : await readCache(key);
  // What a disk returns is checked like what a network returns; a damaged entry is fetched again.
  if (cached && (await digest(cached)) === sha256) {
    signal?.throwIfAborted();
    onProgress?.(cached.length, cached.length);
    return cached;
  }

  const response = url === undefined ? new Response(source as Blob) : await get(url, signal, ModelFetchError);
  const bytes = await unpack(await readBody(response, where, options), where, signal);
  if (isMarkup(bytes)) {
    throw new ModelFetchError('a web page came instead of the file', {
      where,
      expected: 'binary data or JSON',
      got: 'HTML or XML',
      remedy: 'Check the address: some servers answer a wrong one with a page.',
    });
  }
  const actual = checkable ? await digest(bytes) : sha256;
  if (actual !== sha256) {
    const { sniff } = await import('../onnx/sniff.ts');
    const looks = sniff(bytes);
    throw new ModelFetchError('the checksum does not match', {
      where,
      expected: `SHA-256 ${sha256!}`,
      got: `${actual!} (${bytes.length} bytes${looks === undefined ? '' : `, ${looks}`})`,
      remedy: 'The file was replaced or damaged; if it is the right one, update the manifest.',
    });
  }
  if (key !== undefined) await writeCache(key, bytes);
  signal?.throwIfAborted();
  return bytes;
}

/**
 * A JSON file, and the address it came from, against which the addresses in it are resolved; of a file that a reader picked,
 * its name.
 */
export async function fetchJson(
  source: string | URL | File,
  options: Pick<FetchOptions, 'signal'> = {},
): Promise<{ json: unknown; base: string }> {
  const base = source instanceof File ? source.name : resolveUrl(source, ModelFetchError).href;
  const text = new TextDecoder().decode(await fetchBytes(source instanceof File ? source : base, options));
  try {
    return { json: JSON.parse(text) as unknown, base };
  } catch (cause) {
    throw new ModelFormatError('not valid JSON', { where: base, got: `"${text.slice(0, 40)}"`, cause });
  }
}

async function readBody(response: Response, where: string, options: FetchOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { signal, onProgress } = options;
  // With a Content-Encoding the browser unpacks on the way, and Content-Length counts something else.
  const encoded = response.headers.get('content-encoding') !== null;
  const length = Number(response.headers.get('content-length') ?? NaN);
  const total = !encoded && length > 0 ? length : options.bytes;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let loaded = 0;
  const reader = response.body?.getReader();
  try {
    onProgress?.(0, total);
    for (;;) {
      const part = await reader?.read();
      signal?.throwIfAborted();
      if (!part || part.done) break;
      chunks.push(part.value);
      loaded += part.value.length;
      onProgress?.(loaded, total === undefined ? undefined : Math.max(total, loaded));
    }
  } catch (cause) {
    void reader?.cancel().catch(() => undefined);
    signal?.throwIfAborted();
    throw new ModelFetchError('the connection broke off', {
      where,
      ...(total === undefined ? {} : { expected: `${total} bytes` }),
      got: String(loaded),
      remedy: 'Try again.',
      cause,
    });
  }
  return concatenate(chunks, loaded);
}

function concatenate(chunks: readonly Uint8Array<ArrayBuffer>[], size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** No file read here starts with the gzip signature by itself: ONNX starts with 08, JSON with a bracket. */
async function unpack(
  bytes: Uint8Array<ArrayBuffer>,
  where: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  // A gzip file ends with the number of bytes that are in it (RFC 1952, §2.3.1)
  const size = bytes.length < 18 ? 0 : new DataView(bytes.buffer, bytes.length - 4).getUint32(0, true);
  if (size > MAX_UNPACKED_BYTES) {
    throw new ModelFetchError('the gzip data hold too much, or end too early', {
      where,
      expected: `at most ${MAX_UNPACKED_BYTES.toLocaleString('en')} bytes`,
      got: size.toLocaleString('en'),
    });
  }
  try {
    const { unpackAside } = await import('./unpack-aside.ts');
    return await unpackAside({ data: new Blob([bytes]), format: 'gzip', bytes: size }, signal);
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ModelFetchError('the gzip data are damaged or end too early', {
      where,
      got: `${bytes.length} bytes`,
      cause,
    });
  }
}

/** Its first character is `<`, which no model and no JSON begins with. */
function isMarkup(bytes: Uint8Array): boolean {
  return bytes.find((byte) => byte > 32) === 60;
}

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function cacheKey(url: URL, sha256: string): string {
  const key = new URL(url);
  key.hash = '';
  key.searchParams.set('sha256', sha256);
  return key.href;
}

// A cache is a convenience: private windows, sandboxed frames, full disks and storage that the user has switched off all
// throw here, and none of it is a reason not to show the model.
async function readCache(key: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const response = await (await caches.open(CACHE_NAME)).match(key);
    return response && new Uint8Array(await response.arrayBuffer());
  } catch {
    return undefined;
  }
}

async function writeCache(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  try {
    await (await caches.open(CACHE_NAME)).put(key, new Response(bytes));
  } catch {
    // See above.
  }
}
