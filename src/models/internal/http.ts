import { shown } from '../../check.ts';
import type { ErrorDetails, UnpoolError } from '../../errors.ts';

/** The error class of the caller: a model's or a picture's. */
export type Failure = new (what: string, details?: ErrorDetails) => UnpoolError;

/** Absolute address of a source as a page or a worker sees it. */
export function resolveUrl(source: string | URL, Failure: Failure): URL {
  const base =
    (globalThis.document as Document | undefined)?.baseURI ?? (globalThis.location as Location | undefined)?.href;
  try {
    return new URL(source, base);
  } catch (cause) {
    throw new Failure('not an address', {
      got: shown(source),
      expected: 'a URL',
      cause,
    });
  }
}

/** A response with status 2xx. Throws the signal's reason when aborted, else a `Failure` that says what can be known. */
export async function get(url: URL, signal: AbortSignal | undefined, Failure: Failure): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { signal: signal ?? null });
  } catch (cause) {
    signal?.throwIfAborted();
    // The platform hides from scripts which of the two it was; the console knows.
    const here = (globalThis.location as Location | undefined)?.origin ?? 'this program';
    throw url.origin === here || url.protocol === 'data:' || url.protocol === 'blob:'
      ? new Failure('the file could not be fetched', {
          where: url.href,
          remedy: 'Is there a connection to the server?',
          cause,
        })
      : new Failure('the file could not be fetched: no connection, or its server lets no other site read it (CORS)', {
          where: url.href,
          remedy: `Let that server send "Access-Control-Allow-Origin: ${here}", or copy the file to this site.`,
          cause,
        });
  }
  if (!response.ok) {
    throw new Failure('the server did not give the file', {
      where: url.href,
      expected: 'HTTP 200',
      got: `HTTP ${response.status} ${response.statusText}`.trimEnd(),
      remedy:
        response.status === 404
          ? 'There is no such file: check the address.'
          : 'Check the address and the access rights.',
    });
  }
  return response;
}
