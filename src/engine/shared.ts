import type { Backend } from './backend.ts';
import { createWebGpuBackend } from './webgpu.ts';

export { hasWebGpu } from '../gpu/device.ts';

/** Somebody's need of the page's one backend. */
export interface BackendHold {
  readonly backend: Promise<Backend>;
  /** May be called again. */
  release(): void;
}

interface Shared {
  readonly backend: Promise<Backend>;
  holds: number;
}

let shared: Shared | undefined;

/**
 * The page's one backend, opened when first asked for and disposed of with the last hold. `backend` rejects with
 * UnsupportedEnvironmentError where there is none; who asks then again tries again.
 */
export function holdSharedBackend(): BackendHold {
  const mine = (shared ??= open());
  mine.holds++;
  let released = false;
  return {
    backend: mine.backend,
    release: () => {
      if (released) return;
      released = true;
      if (--mine.holds > 0) return;
      if (shared === mine) shared = undefined;
      mine.backend.then(
        (backend) => {
          backend.dispose();
        },
        () => undefined,
      );
    },
  };
}

/** The page's one backend, for good. */
export function sharedBackend(): Promise<Backend> {
  return holdSharedBackend().backend;
}

/** Which backend a page gets is decided here and nowhere else. */
function openBackend(): Promise<Backend> {
  return createWebGpuBackend();
}

function open(): Shared {
  const opening: Shared = { backend: openBackend(), holds: 0 };
  // The next one who asks may find a GPU.
  opening.backend.catch(() => {
    if (shared === opening) shared = undefined;
  });
  return opening;
}
