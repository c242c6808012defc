import { ArgumentError, loadModel, parsePreprocessing, type BackendChoice, type Model } from '../src/internal.ts';
import type { Surroundings, Values } from './command.ts';
import { optionalPackage } from './optional.ts';
import type { NETWORK_OPTIONS } from './options.ts';

export type NetworkValues = Values<typeof NETWORK_OPTIONS>;

/** Loads the network that was asked for, does something with it, and gives back what it held. */
export async function withModel<T>(
  values: NetworkValues,
  { signal, progress }: Surroundings,
  use: (model: Model) => Promise<T>,
): Promise<T> {
  const { model: source = 'squeezenet1.1', preprocessing, backend, ...options } = values;
  await offerGpu(backend);
  const model = await loadModel(source, {
    ...options,
    backend,
    preprocessing: preprocessing === undefined ? undefined : parsePreprocessing(jsonOf(preprocessing)),
    signal,
    onProgress: ({ loadedBytes, totalBytes }) => progress.at('bytes of the network', loadedBytes, totalBytes),
  });
  try {
    return await use(model);
  } finally {
    model.dispose();
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ArgumentError('--preprocessing is not JSON', { got: text, cause });
  }
}

/** The package `webgpu` (Dawn), which has no types here. */
interface Dawn {
  create(options: readonly string[]): GPU;
  readonly globals: object;
}

/**
 * Node has no WebGPU of its own; where the package `webgpu` lies beside this one or in the project, it has that of Dawn. What
 * the library does with a GPU, or without one, is its business.
 */
async function offerGpu(backend: BackendChoice): Promise<void> {
  const { navigator: own } = globalThis as { navigator?: Navigator };
  if (backend === 'cpu' || (own as Partial<Navigator> | undefined)?.gpu) return;
  const dawn = (await optionalPackage('webgpu')) as Dawn | undefined;
  if (!dawn) return;
  Object.assign(globalThis, dawn.globals);
  // Node has a navigator from version 21 on, which cannot be written to
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: dawn.create([]) }, configurable: true });
}
