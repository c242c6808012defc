import { shown } from '../../check.ts';
import type { ErrorDetails, UnpoolError } from '../../errors.ts';
import { within } from '../../within.ts';
import { builtin } from './builtin.ts';
import type { Failure } from './failure.ts';

/** How long to wait for what, ms. */
export interface Patience {
  /** For the first byte, and from one to the next, before a server counts as stalled. */
  readonly silence: number;
  /** Between a first attempt that failed and the second. */
  readonly pause: number;
  /** For the browser's own cache. */
  readonly cache: number;
  /** Between reports that nothing comes. */
  readonly report: number;
}

export const PATIENCE: Patience = { silence: 30_000, pause: 1000, cache: 2000, report: 5000 };

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Expected size, where the server does not tell it. */
  readonly bytes?: number | undefined;
  /** Bytes so far, in all where that is known, and for how long none has come, ms. */
  readonly onProgress?: ((loaded: number, total: number | undefined, silentMs: number) => void) | undefined;
  readonly patience?: Patience | undefined;
}

export interface Download {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** As the server calls it; may be empty. */
  readonly type: string;
}

/** No more is reserved for what a server only says it will send. */
const MAX_EXPECTED_BYTES = 2 ** 29;
/** An address of its own: not the letter of a disk. */
const SCHEME = /^[a-z][a-z0-9+.-]+:/i;

/** Absolute address of a source as a page or a worker sees it; in Node, what is no address is a path. */
export function resolveUrl(source: string | URL, Failure: Failure): URL {
  const base =
    (globalThis.document as Document | undefined)?.baseURI ?? (globalThis.location as Location | undefined)?.href;
  try {
    if (base === undefined && typeof source === 'string' && !SCHEME.test(source)) {
      const url = builtin('node:url')?.pathToFileURL(source);
      if (url) return url;
    }
    return new URL(source, base);
  } catch (cause) {
    throw new Failure('not an address', {
      got: shown(source),
      expected: 'a URL',
      cause,
    });
  }
}

/** What may be gone a moment later: time-outs and servers that are busy or restarting. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** `passing` is worth a second attempt; `unreachable` will not be another a moment later. */
const troubles = new WeakMap<object, 'passing' | 'unreachable'>();

/** Whether it was the connection or the server that failed; there may be a file all the same. */
export function isTrouble(error: unknown): boolean {
  return troubles.has(error as object);
}

/**
 * The body of a response with status 2xx, or in Node a file of the disk. A server that stalls, breaks off or says that it is busy is asked once more.
 * Throws the signal's reason when aborted, else a `Failure` that says what can be known.
 */
export async function download(url: URL, Failure: Failure, options: DownloadOptions = {}): Promise<Download> {
  const { signal, onProgress, patience = PATIENCE } = options;
  if (url.protocol === 'file:' && builtin('node:fs/promises')) {
    const { readFromDisk } = await import('./disk.ts');
    const bytes = await readFromDisk(url, Failure, signal);
    onProgress?.(bytes.length, bytes.length, 0);
    return { bytes, type: '' };
  }
  try {
    return await attempt(url, Failure, options);
  } catch (error) {
    signal?.throwIfAborted();
    if (troubles.get(error as object) !== 'passing') throw error;
  }
  await new Promise((resolve) => setTimeout(resolve, patience.pause));
  signal?.throwIfAborted();
  return attempt(url, Failure, options);
}

/** A server that breaks off in the middle, or has not sent a byte for so long that it never will. */
function unfinished(Failure: Failure, what: string, details: ErrorDetails): UnpoolError {
  const error = new Failure(what, { ...details, remedy: 'Try again.' });
  troubles.set(error, 'passing');
  return error;
}

async function attempt(url: URL, Failure: Failure, options: DownloadOptions): Promise<Download> {
  const { signal } = options;
  signal?.throwIfAborted();
  // Lets go of the connection, whatever ends the attempt
  const own = new AbortController();
  const stop = (): void => {
    own.abort();
  };
  signal?.addEventListener('abort', stop);
  try {
    const response = await respond(url, Failure, options, own.signal);
    const bytes = await readBody(response, url.href, Failure, options);
    return { bytes, type: response.headers.get('content-type') ?? '' };
  } catch (error) {
    stop();
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** A response with status 2xx. */
async function respond(
  url: URL,
  Failure: Failure,
  { bytes, onProgress, patience = PATIENCE }: DownloadOptions,
  signal: AbortSignal,
): Promise<Response> {
  let response: Response | typeof SILENCE;
  try {
    response = await listen(fetch(url, { signal }), patience, (silentMs) => onProgress?.(0, bytes, silentMs));
  } catch (cause) {
    const error = unreachable(url, Failure, cause);
    troubles.set(error, 'unreachable');
    throw error;
  }
  if (response === SILENCE) {
    throw unfinished(Failure, 'the server does not answer', { where: url.href, got: silenceText(patience) });
  }
  if (response.ok) return response;
  throw refused(url, Failure, response);
}

/** All bytes of a body as they come. */
export async function readBody(
  response: Response,
  where: string,
  Failure: Failure,
  { signal, bytes, onProgress, patience = PATIENCE }: DownloadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  // With a Content-Encoding the browser unpacks on the way, and Content-Length counts something else.
  const encoded = response.headers.get('content-encoding') !== null;
  const length = Number(response.headers.get('content-length') ?? NaN);
  const total = !encoded && length > 0 ? length : bytes;
  // One array from the start: parts that are joined at the end are there twice.
  let received = new Uint8Array(Math.min(total ?? 0, MAX_EXPECTED_BYTES));
  let loaded = 0;
  const report = (silentMs: number): void =>
    onProgress?.(loaded, total === undefined ? undefined : Math.max(total, loaded), silentMs);
  const failed = (what: string, details: ErrorDetails): UnpoolError =>
    unfinished(Failure, what, { where, ...(total === undefined ? {} : { expected: `${total} bytes` }), ...details });
  const reader = response.body?.getReader();
  try {
    report(0);
    for (;;) {
      const part = reader && (await listen(reader.read(), patience, report));
      signal?.throwIfAborted();
      if (part === SILENCE) throw failed('the server stalls', { got: `${loaded}, then ${silenceText(patience)}` });
      if (!part || part.done) break;
      const needed = loaded + part.value.length;
      if (needed > received.length) received = enlarged(received, Math.max(needed, 2 * loaded));
      received.set(part.value, loaded);
      loaded = needed;
      report(0);
    }
  } catch (cause) {
    void reader?.cancel().catch(() => undefined);
    signal?.throwIfAborted();
    if (troubles.has(cause as object)) throw cause;
    throw failed('the connection broke off', { got: String(loaded), cause });
  }
  return loaded === received.length ? received : received.slice(0, loaded);
}

const SILENCE = Symbol('silence');

/** Waits for the next word of a server, and says meanwhile for how long there was none. */
async function listen<T>(
  promise: Promise<T>,
  { silence, report }: Patience,
  onSilence: (ms: number) => void,
): Promise<T | typeof SILENCE> {
  const began = performance.now();
  const timer = setInterval(() => {
    onSilence(performance.now() - began);
  }, report);
  try {
    return await within(silence, promise, () => SILENCE);
  } finally {
    clearInterval(timer);
  }
}

const silenceText = ({ silence }: Patience): string => `nothing for ${silence / 1000} s`;

function enlarged(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(size);
  larger.set(bytes);
  return larger;
}

/** Why there was no response. The platform hides from scripts whether it was the connection or CORS; the console knows. */
function unreachable({ href: where, protocol, origin }: URL, Failure: Failure, cause: unknown): UnpoolError {
  const unreached = 'the file could not be fetched';
  // 'null' in a sandboxed frame and on a page from a disk
  const here = globalThis.origin as string | undefined;
  if (protocol === 'file:') {
    return new Failure('a page cannot read files of a disk by their address', {
      where,
      remedy: 'Serve the folder, for example with `npx serve`, and open the page by the address that it prints.',
      cause,
    });
  }
  if (origin === here || protocol === 'data:' || protocol === 'blob:' || here === undefined) {
    return new Failure(unreached, { where, remedy: 'Is there a connection to the server?', cause });
  }
  const remedy =
    here === 'null'
      ? 'This page is in a sandboxed frame, or from a disk, and is of no site: let that server send ' +
        '"Access-Control-Allow-Origin: *", or give the frame "allow-same-origin".'
      : `Let that server send "Access-Control-Allow-Origin: ${here}", or copy the file to this site.`;
  return new Failure(`${unreached}: no connection, or its server lets no other site read it (CORS)`, {
    where,
    remedy,
    cause,
  });
}

function refused({ href: where }: URL, Failure: Failure, { status, statusText }: Response): UnpoolError {
  const error = new Failure('the server did not give the file', {
    where,
    expected: 'HTTP 200',
    got: `HTTP ${status} ${statusText}`.trimEnd(),
    remedy: remedyFor(status),
  });
  if (PASSING.has(status)) troubles.set(error, 'passing');
  return error;
}

function remedyFor(status: number): string {
  if (status === 404) return 'There is no such file: check the address.';
  return PASSING.has(status)
    ? 'The server is busy or broken: try again later.'
    : 'Check the address and the access rights.';
}
