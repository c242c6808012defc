import { DeviceLostError, GpuOutOfMemoryError, ShaderError } from '../errors.ts';
import type { UnpoolError } from '../errors.ts';
import { within } from '../within.ts';
import { describeAdapter, gpuOfBrowser, type AdapterInfo } from './adapter.ts';
import type * as Unsupported from './unsupported.ts';

/** What is held on the GPU and what was asked of it. The owner hands one record to every device it opens. */
export interface GpuCounters {
  buffers: number;
  bytes: number;
  pipelines: number;
  submits: number;
  uploadedBytes: number;
  readbackBytes: number;
}

export function noCounters(): GpuCounters {
  return { buffers: 0, bytes: 0, pipelines: 0, submits: 0, uploadedBytes: 0, readbackBytes: 0 };
}

/** A plain `requestDevice` gives the defaults (128 MiB bindings, 256 MiB buffers) although the adapter offers more. */
const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
] as const;

const FEATURES = ['timestamp-query', 'subgroups'] as const;

/** What decides between ways to compute. */
interface DeviceCapabilities {
  readonly subgroups: boolean;
  readonly adapter: 'software' | 'integrated' | 'discrete';
}

/** Vendors that make GPUs with memory of their own; browsers do not say which kind an adapter is. */
const DISCRETE = /nvidia|amd/i;

/** Kind of an adapter, as far as its vendor tells. */
export function capabilitiesOf(info: AdapterInfo, features: GPUSupportedFeatures): DeviceCapabilities {
  const hardware = DISCRETE.test(info.vendor ?? '') ? 'discrete' : 'integrated';
  return { subgroups: features.has('subgroups'), adapter: describeAdapter(info).software ? 'software' : hardware };
}

/**
 * An open device. Its loss is a state: `lost` is set, everything that waits in {@link guard} rejects, and the owner
 * decides whether to open another.
 */
export class Gpu {
  readonly device: GPUDevice;
  readonly adapter: { readonly name: string; readonly software: boolean };
  readonly capabilities: DeviceCapabilities;
  readonly counters: GpuCounters;
  /** Settles when the device is lost; never rejects. */
  readonly whenLost: Promise<DeviceLostError>;
  #lost: DeviceLostError | undefined;
  // Not Promise.race with `whenLost`: each race would hang on that promise for the life of the device.
  readonly #waiting = new Set<(error: DeviceLostError) => void>();
  readonly #errors: UnpoolError[] = [];

  constructor(device: GPUDevice, info: AdapterInfo | undefined, counters: GpuCounters) {
    this.device = device;
    this.adapter = describeAdapter(info ?? {});
    this.capabilities = capabilitiesOf(info ?? {}, device.features);
    this.counters = counters;
    device.addEventListener('uncapturederror', ({ error }) => {
      this.#errors.push(fromGpuError(error));
    });
    this.whenLost = device.lost.then(({ reason, message }) => {
      const lost = new DeviceLostError('the GPU device was lost', {
        got: `${reason}${message && `: ${message}`}`,
        remedy: 'Try again; if it recurs, restart the browser.',
      });
      this.#lost = lost;
      for (const reject of this.#waiting) reject(lost);
      this.#waiting.clear();
      return lost;
    });
  }

  get lost(): DeviceLostError | undefined {
    return this.#lost;
  }

  throwIfLost(): void {
    if (this.#lost) throw this.#lost;
  }

  /** Waits for a promise of the device, and rejects with a {@link DeviceLostError} as soon as the device is lost. */
  async guard<T>(promise: Promise<T>): Promise<T> {
    this.throwIfLost();
    let reject: ((error: DeviceLostError) => void) | undefined;
    const lost = new Promise<never>((_, fail) => (reject = fail));
    this.#waiting.add(reject!);
    try {
      return await Promise.race([promise, lost]);
    } catch (error) {
      // A loss may show first as a rejection of whatever was under way; one way to the GPU and back later as itself.
      await Promise.race([this.device.queue.onSubmittedWorkDone(), lost]).catch(() => undefined);
      this.throwIfLost();
      throw error;
    } finally {
      this.#waiting.delete(reject!);
    }
  }

  /** Throws the first error that no error scope caught since the last call, so that it is not lost. */
  throwUncaptured(): void {
    const [first] = this.#errors.splice(0);
    if (first) throw first;
  }

  submit(encoder: GPUCommandEncoder): void {
    this.device.queue.submit([encoder.finish()]);
    this.counters.submits++;
  }

  /** Gives the device back; buffers and pipelines on it are gone. */
  close(): void {
    this.device.destroy();
  }
}

/** An error of WebGPU as one of ours. */
export function fromGpuError(error: GPUError, where?: string): UnpoolError {
  const details = { ...(where !== undefined && { where }), got: error.message, cause: error };
  if (!(error instanceof GPUOutOfMemoryError)) return new ShaderError('the GPU refused a command', details);
  return new GpuOutOfMemoryError('the GPU has no memory left', {
    ...details,
    remedy: 'Use a smaller batch or image, or close other pages that use the GPU.',
  });
}

/** What every adapter of WebGPU's core has, and shaders here rely on. */
const LEAST = {
  maxStorageBuffersPerShaderStage: 8,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupStorageSize: 16_384,
} as const;

/** Browsers answer in well under a second, with a driver that has gone astray never. */
const PATIENCE_MS = 10_000;

/**
 * Opens the fastest adapter with all it offers. Throws UnsupportedEnvironmentError where there is none, where it is
 * too small, and where the browser refuses or has not answered after `patienceMs`; {@link DeviceLostError} where the device
 * is lost at once.
 */
export async function openDevice(counters: GpuCounters = noCounters(), patienceMs: number = PATIENCE_MS): Promise<Gpu> {
  const entry = gpuOfBrowser();
  if (!entry) throw (await words()).noWebGpu();
  const adapter = await answer('an adapter', patienceMs, () =>
    entry.requestAdapter({ powerPreference: 'high-performance' }),
  );
  if (!adapter) throw (await words()).noAdapter();
  for (const [limit, least] of Object.entries(LEAST)) {
    const got = adapter.limits[limit as keyof typeof LEAST];
    if (got < least) throw (await words()).tooSmall(limit, least, got);
  }
  const device = await answer(
    'a device',
    patienceMs,
    () =>
      adapter.requestDevice({
        requiredLimits: Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]])),
        requiredFeatures: FEATURES.filter((feature) => adapter.features.has(feature)),
      }),
    (late) => {
      late.destroy();
    },
  );
  const gpu = new Gpu(device, adapter.info, counters);
  await Promise.race([gpu.whenLost, Promise.resolve()]);
  gpu.throwIfLost();
  return gpu;
}

/** What the browser answers, with its refusals in words. What comes too late is let go. */
async function answer<T>(
  wanted: string,
  patienceMs: number,
  ask: () => Promise<T>,
  letGo: (late: T) => void = () => undefined,
): Promise<T> {
  let result: T | undefined;
  try {
    const asked = ask();
    result = await within(patienceMs, asked, () => {
      asked.then(letGo, () => undefined);
      return undefined;
    });
  } catch (cause) {
    throw (await words()).failedToOpen(wanted, cause);
  }
  if (result === undefined) throw (await words()).noAnswer(wanted, patienceMs);
  return result;
}

/** What is said of a GPU that cannot be used: fetched where there is something to say. */
const words = (): Promise<typeof Unsupported> => import('./unsupported.ts');
