import { ModelFetchError, ModelFormatError } from '../errors.ts';
import { MAX_UNPACKED_BYTES } from '../limits.ts';
import { within } from '../within.ts';
import {
  download,
  isTrouble,
  PATIENCE,
  readBody,
  resolveUrl,
  type DownloadOptions,
  type Patience,
} from './internal/http.ts';

/** `bytes`: expected size of the download, the total for `onProgress` where the server does not tell it. */
export interface FetchOptions extends DownloadOptions {
  /** Expected SHA-256 in hex, of the bytes after unpacking. */
  readonly sha256?: string | undefined;
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
  const { sha256, signal, onProgress, patience = PATIENCE } = options;
  signal?.throwIfAborted();
  const url = source instanceof Blob ? undefined : resolveUrl(source, ModelFetchError);
  const where = url?.href ?? (source instanceof File ? source.name : 'the file');
  const checkable = sha256 !== undefined && (crypto.subtle as SubtleCrypto | undefined) !== undefined;

  const cacheable = checkable && options.cache !== false && url?.protocol.startsWith('http');
  let key = cacheable ? cacheKey(url!, sha256) : undefined;
  const cached = key === undefined ? undefined : await readCache(key, patience);
  // It would not answer the next time either
  if (cached === SILENT) key = undefined;
  // What a disk returns is checked like what a network returns; a damaged entry is fetched again.
  if (cached instanceof Uint8Array && (await digest(cached)) === sha256) {
    signal?.throwIfAborted();
    onProgress?.(cached.length, cached.length, 0);
    return cached;
  }

  const packed =
    url === undefined
      ? await readBody(new Response(source as Blob), where, ModelFetchError, options)
      : (await download(url, ModelFetchError, options)).bytes;
  const bytes = await unpack(packed, where, signal);
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
  if (key !== undefined) await writeCache(key, bytes, patience);
  signal?.throwIfAborted();
  return bytes;
}

export interface JsonOptions extends Pick<FetchOptions, 'signal' | 'patience'> {
  /** Keeps a copy, which serves where the file cannot be had: without a connection a model that is kept needs its manifest. */
  readonly keep?: boolean | undefined;
}

/**
 * A JSON file, and the address it came from, against which the addresses in it are resolved; of a file that a reader picked,
 * its name.
 */
export async function fetchJson(
  source: string | URL | File,
  options: JsonOptions = {},
): Promise<{ json: unknown; base: string }> {
  const picked = source instanceof File;
  const base = picked ? source.name : resolveUrl(source, ModelFetchError).href;
  const kept = options.keep === true && !picked;
  const bytes = await (kept ? fetchKept(base, options) : fetchBytes(picked ? source : base, options));
  const text = new TextDecoder().decode(bytes);
  try {
    return { json: JSON.parse(text) as unknown, base };
  } catch (cause) {
    throw new ModelFormatError('not valid JSON', { where: base, got: `"${text.slice(0, 40)}"`, cause });
  }
}

/** As the server has it now; where there is no connection to it, as it was the last time. */
async function fetchKept(url: string, options: JsonOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { patience = PATIENCE } = options;
  const { protocol } = new URL(url);
  if (!protocol.startsWith('http')) return fetchBytes(url, options);
  try {
    const bytes = await fetchBytes(url, options);
    await writeCache(url, bytes, patience);
    return bytes;
  } catch (error) {
    options.signal?.throwIfAborted();
    const kept = isTrouble(error) ? await readCache(url, patience) : undefined;
    if (kept instanceof Uint8Array) return kept;
    throw error;
  }
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
    const { unpackAside } = await import('../work/unpack-aside.ts');
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

const SILENT = 'silent';

// A cache is a convenience: private windows, sandboxed frames, full disks and storage that the user has switched off all
// throw here, or do not answer, and none of it is a reason not to show the model.
async function readCache(
  key: string,
  { cache: ms }: Patience,
): Promise<Uint8Array<ArrayBuffer> | typeof SILENT | undefined> {
  const read = async (): Promise<Uint8Array<ArrayBuffer> | undefined> => {
    const response = await (await caches.open(CACHE_NAME)).match(key);
    return response && new Uint8Array(await response.arrayBuffer());
  };
  try {
    return await within(ms, read(), () => SILENT);
  } catch {
    return undefined;
  }
}

/** Goes on in the background where it takes long. */
async function writeCache(key: string, bytes: Uint8Array<ArrayBuffer>, { cache: ms }: Patience): Promise<void> {
  const write = async (): Promise<void> => (await caches.open(CACHE_NAME)).put(key, new Response(bytes));
  try {
    await within(ms, write(), () => undefined);
  } catch {
    // See above.
  }
}
