import { addBundled, fetchBundled } from './bundled.ts';
import { shown } from './check.ts';
import { ArgumentError } from './errors.ts';
import { fetchBytes, type FetchOptions } from './models/fetch.ts';
import { readCheckpoints, type Recording } from './onnx/checkpoints.ts';

/** Recordings that come with the library: where they are asked for like a network, and each address is written out for bundlers. */
const SHIPPED: Readonly<Record<string, () => URL>> = {
  'fashion-mnist.checkpoints': () => new URL('../models/fashion-mnist.checkpoints', import.meta.url),
  'edges.checkpoints': () => new URL('../models/edges.checkpoints', import.meta.url),
};

/** What has no dot, slash or colon is no address of a bundle. */
const NAME = /^[\w -]+$/;

/**
 * A recorded training: by its name (`fashion-mnist`, `edges`), by the address of a bundle of `packCheckpoints`, or from its bytes.
 * Throws ArgumentError for a name that there is not; ModelFetchError; ModelFormatError; AbortError.
 */
export async function fetchRecording(
  source: string | URL | Blob | Uint8Array,
  { signal, onProgress }: Pick<FetchOptions, 'signal' | 'onProgress'> = {},
): Promise<Recording> {
  const options = { signal, onProgress };
  if (source instanceof Uint8Array) return readCheckpoints(source, { signal });
  if (typeof source !== 'string' || !NAME.test(source)) {
    return readCheckpoints(await fetchBytes(source, options), { signal });
  }
  const file = `${source}.checkpoints`;
  if (!Object.hasOwn(SHIPPED, file)) {
    const expected = `the address of a bundle, or ${Object.keys(SHIPPED).join(', ').replaceAll('.checkpoints', '')}`;
    throw new ArgumentError('there is no such recording', { expected, got: shown(source) });
  }
  addBundled(SHIPPED);
  const bytes = await fetchBundled(file, (address) => fetchBytes(address, options));
  return readCheckpoints(bytes, { signal });
}
