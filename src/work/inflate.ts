import { ArgumentError } from '../errors.ts';
import type { Outcome, Tools } from './job.ts';

/** Compressed bytes, and how many they become. */
export interface InflateArgs {
  readonly data: Blob;
  readonly format: 'gzip' | 'deflate-raw';
  /** As the file says. */
  readonly bytes: number;
}

/** No byte of deflate stands for more: 258 bytes from 2 bits (RFC 1951, §3.2.5). */
const MAX_RATIO = 1032;
/** Compressed bytes unpacked at a time: 4 MB at most come of them, some 20 ms. */
const PORTION_BYTES = 4096;

/**
 * A job: unpacks what has been compressed. Throws {@link ArgumentError} where the data are damaged, or are not as large as
 * the file says, before more than that is allocated. Whoever asks has compared `bytes` with a limit.
 */
export async function inflate(
  { data, format, bytes }: InflateArgs,
  { signal, breathe }: Pick<Tools, 'signal' | 'breathe'>,
): Promise<Outcome<Uint8Array<ArrayBuffer>>> {
  const wrong = (got: string, cause?: unknown): ArgumentError =>
    new ArgumentError('the compressed data are damaged', { expected: `${bytes} bytes`, got, cause });
  if (bytes > data.size * MAX_RATIO) throw wrong(`no more than ${data.size * MAX_RATIO} can be in ${data.size}`);
  const result = new Uint8Array(bytes);
  let at = 0;
  const stream = data
    .stream()
    .pipeThrough(new TransformStream(portions))
    .pipeThrough(new DecompressionStream(format), signal ? { signal } : {});
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (at + value.length > bytes) throw wrong('more');
      result.set(value, at);
      at += value.length;
      await breathe();
    }
  } catch (cause) {
    void reader.cancel().catch(() => undefined);
    signal?.throwIfAborted();
    throw cause instanceof ArgumentError ? cause : wrong(`an error after ${at}`, cause);
  }
  if (at < bytes) throw wrong(String(at));
  return { result, transfer: [result.buffer] };
}

/** Smaller pieces of the same bytes. */
const portions: Transformer<Uint8Array, Uint8Array<ArrayBuffer>> = {
  transform(chunk, controller) {
    for (let at = 0; at < chunk.length; at += PORTION_BYTES) {
      controller.enqueue(chunk.slice(at, at + PORTION_BYTES));
    }
  },
};
