import { builtin } from './builtin.ts';
import type { Failure } from './failure.ts';

/**
 * The bytes of a file of the disk, in Node, whose `fetch` knows no `file:` addresses. Throws the signal's reason when aborted,
 * else a `Failure`.
 */
export async function readFromDisk(
  url: URL,
  Failure: Failure,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return alone(await builtin('node:fs/promises')!.readFile(url, { signal }));
  } catch (cause) {
    signal?.throwIfAborted();
    const { code, message } = cause as { code?: string; message: string };
    const where = url.href;
    if (code === 'ENOENT') throw new Failure('there is no such file', { where, remedy: 'Check the path.', cause });
    throw new Failure('the file cannot be read', { where, got: code ?? message, cause });
  }
}

/** Node may give a part of a larger buffer; readers of models expect one that holds nothing else. */
function alone(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.length === bytes.buffer.byteLength ? new Uint8Array(bytes.buffer) : new Uint8Array(bytes);
}
