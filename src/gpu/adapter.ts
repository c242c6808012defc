import { within } from '../within.ts';

/** Who is asked whether there is a GPU waits for nothing else, ms. */
const PATIENCE_MS = 3000;

/** Adapters that compute on the CPU, as they name themselves, and what to call them. */
const SOFTWARE: readonly (readonly [RegExp, string])[] = [
  [/swiftshader/i, 'SwiftShader'],
  [/llvmpipe|lavapipe/i, 'llvmpipe'],
  [/microsoft basic render/i, 'Microsoft Basic Render Driver'],
];

/** What a browser says of an adapter, which may be nothing: Chrome has `info` since 127. */
export type AdapterInfo = Partial<GPUAdapterInfo>;

/** Name of an adapter, and whether its arithmetic runs on the CPU. Browsers leave fields of `info` empty. */
export function describeAdapter(info: AdapterInfo): { readonly name: string; readonly software: boolean } {
  const { vendor, architecture, device, description } = info;
  const full = [vendor, architecture, device, description].filter(Boolean).join(' ');
  const known = SOFTWARE.find(([pattern]) => pattern.test(full));
  if (known) return { name: known[1], software: true };
  const name = description || device || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed adapter';
  return { name, software: info.isFallbackAdapter ?? false };
}

/** Typed as always there, but missing in old browsers, in Node and on insecure pages; browsers that hide it may throw. */
export function gpuOfBrowser(): GPU | undefined {
  try {
    return (globalThis.navigator as Navigator | undefined)?.gpu;
  } catch {
    return undefined;
  }
}

const kinds = new WeakMap<GPU, Promise<boolean>>();

/**
 * Whether there is an adapter whose arithmetic does not run on the CPU. A browser that does not answer has none; it is asked
 * again where it found none.
 */
export async function hasHardwareAdapter(): Promise<boolean> {
  const gpu = gpuOfBrowser();
  if (!gpu) return false;
  const asked = kinds.get(gpu) ?? askForAdapter(gpu);
  kinds.set(gpu, asked);
  const found = await asked;
  if (!found) kinds.delete(gpu);
  return found;
}

async function askForAdapter(gpu: GPU): Promise<boolean> {
  try {
    const asked = gpu.requestAdapter({ powerPreference: 'high-performance' });
    const adapter = await within(PATIENCE_MS, asked, () => null);
    return adapter !== null && !describeAdapter(adapter.info).software;
  } catch {
    return false;
  }
}
