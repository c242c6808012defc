import type { Backend } from './backend.ts';
import { createWebGpuBackend } from './webgpu.ts';

let shared: Promise<Backend> | undefined;

/** The page's one backend, made when first asked for. Rejects with UnsupportedEnvironmentError where there is no GPU. */
export function sharedBackend(): Promise<Backend> {
  if (shared) return shared;
  const opening: Promise<Backend> = createWebGpuBackend();
  shared = opening;
  // The next one who asks may find a GPU.
  opening.catch(() => {
    shared = undefined;
  });
  return opening;
}
