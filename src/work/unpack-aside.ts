import { breather } from './breathe.ts';
import { oneByOne } from './one-by-one.ts';
import { inflate, type InflateArgs } from './inflate.ts';

/** From here on it is done in a Worker, bytes of what it becomes: some 10 ms. */
const LARGE_BYTES = 2e6;

const inTurn = oneByOne();

/** {@link inflate} without holding up the page, and one after the other. */
export async function unpackAside(
  args: InflateArgs,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  if (args.bytes < LARGE_BYTES) return (await inflate(args, { signal, breathe: breather(signal) })).result;
  return inTurn(async () => {
    signal?.throwIfAborted();
    const { work } = await import('./work.ts');
    return work({ name: 'inflate', load: () => Promise.resolve(inflate) }, args, { signal });
  });
}
