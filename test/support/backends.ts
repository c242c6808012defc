// Every test that computes runs twice: once on WebGPU, and once in a browser without it, on the CPU. The page says which.
import type { Backend } from '../../src/engine/backend.ts';
import { createCpuBackend } from '../../src/engine/cpu/backend.ts';
import { createWebGpuBackend, WebGpuBackend } from '../../src/engine/webgpu.ts';
import { loseUnderWork } from '../gpu/with-property.ts';

const named = document.querySelector<HTMLMetaElement>('meta[name="unpool-backend"]')?.content;

/** Whether this run has a GPU. */
export const onGpu: boolean = named !== 'cpu';

/** A test of what only a GPU has. */
export const itOnGpu: (title: string, test: Mocha.AsyncFunc) => unknown = onGpu ? it : () => undefined;
/** For what says more of methods than of kernels and takes long on a software adapter; `npm run goldens` has both backends. */
export const itOnCpu: typeof itOnGpu = onGpu ? () => undefined : it;

/** Workers of this page, the newest last. */
export const workers: Worker[] = [];

const { Worker } = globalThis;
globalThis.Worker = class extends Worker {
  constructor(...args: ConstructorParameters<typeof Worker>) {
    super(...args);
    workers.push(this);
  }
};

/** What this run computes with. `poison`: memory full of NaN before each run, so that what is not written shows. */
export function openBackend(options: { readonly poison?: boolean } = {}): Promise<Backend> {
  return onGpu ? createWebGpuBackend(options) : createCpuBackend(options);
}

/** Takes the device from a backend that was opened last: the GPU, or the Worker. `meanwhile`: under what it does next. */
export async function lose(backend: Backend, meanwhile: boolean): Promise<void> {
  if (backend instanceof WebGpuBackend) {
    const { device } = backend;
    if (meanwhile) {
      loseUnderWork(device);
      return;
    }
    device.destroy();
    await device.lost;
    return;
  }
  const worker = workers.at(-1)!;
  if (!meanwhile) {
    die(worker);
    return;
  }
  const post = worker.postMessage.bind(worker) as (...args: unknown[]) => void;
  worker.postMessage = (...args: unknown[]) => {
    post(...args);
    die(worker);
  };
}

/** As when the browser needs the memory. */
export function die(worker: Worker): void {
  worker.dispatchEvent(new ErrorEvent('error', { cancelable: true }));
  worker.terminate();
}
