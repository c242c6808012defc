import { checkChoice } from '../check.ts';
import { hasHardwareAdapter } from '../gpu/adapter.ts';
import type { Backend } from './backend.ts';

/**
 * Who computes. `auto` is the GPU where there is one, and the CPU where there is none, where the adapter only looks like one,
 * or where its device was lost twice.
 */
export const BACKEND_CHOICES = ['auto', 'webgpu', 'cpu'] as const;
export type BackendChoice = (typeof BACKEND_CHOICES)[number];

type BackendKind = Exclude<BackendChoice, 'auto'>;

/** Somebody's need of a backend of the page. */
export interface BackendHold {
  readonly backend: Promise<Backend>;
  /** May be called again. */
  release(): void;
}

interface Shared {
  readonly backend: Promise<Backend>;
  holds: number;
}

const shared = new Map<BackendKind, Shared>();
/** The device was lost more often than it pays to open another. */
let isGpuGivenUp = false;

/**
 * The page's one backend of a kind, opened when first asked for and disposed of with the last hold. `backend` rejects with
 * UnsupportedEnvironmentError where there is no WebGPU though it was asked for; who asks then again tries again. Throws
 * ArgumentError for another choice.
 */
export function holdSharedBackend(choice: BackendChoice = 'auto'): BackendHold {
  checkChoice('backend', choice, BACKEND_CHOICES);
  let isReleased = false;
  let held: Shared | undefined;
  const holdOf = (kind: BackendKind): Promise<Backend> => {
    held = shared.get(kind) ?? open(kind);
    held.holds++;
    if (isReleased) letGo(held);
    return held.backend;
  };
  const wanted = choice === 'auto' ? choiceOfPage() : choice;
  const backend =
    wanted === 'auto'
      ? isGpuWorthIt().then((isGpu) => (isGpu ? holdOf('webgpu').catch(() => holdOf('cpu')) : holdOf('cpu')))
      : holdOf(wanted);
  backend.catch(() => undefined); // whoever holds it awaits it
  return {
    backend,
    release: () => {
      if (isReleased) return;
      isReleased = true;
      if (held) letGo(held);
    },
  };
}

/** The page's one backend, for good. */
export function sharedBackend(choice?: BackendChoice): Promise<Backend> {
  return holdSharedBackend(choice).backend;
}

/** Which backend a page gets is decided here and nowhere else. */
async function isGpuWorthIt(): Promise<boolean> {
  return !isGpuGivenUp && (await hasHardwareAdapter());
}

/** What a page says for all of its figures: `<meta name="unpool-backend" content="cpu">`. */
function choiceOfPage(): BackendChoice {
  const page = globalThis.document as Document | undefined;
  const named = page?.querySelector<HTMLMetaElement>('meta[name="unpool-backend"]')?.content ?? 'auto';
  return checkChoice('backend', named, BACKEND_CHOICES);
}

function open(kind: BackendKind): Shared {
  const opening: Shared = { backend: kind === 'webgpu' ? openGpu() : openCpu(), holds: 0 };
  shared.set(kind, opening);
  // The next one who asks may find a GPU.
  opening.backend.catch(() => {
    forget(opening);
  });
  return opening;
}

async function openGpu(): Promise<Backend> {
  const { createWebGpuBackend } = await import('./webgpu.ts');
  return createWebGpuBackend({ onGivenUp: () => (isGpuGivenUp = true) });
}

async function openCpu(): Promise<Backend> {
  const { createCpuBackend } = await import('./cpu/backend.ts');
  return createCpuBackend();
}

function letGo(held: Shared): void {
  if (--held.holds > 0) return;
  forget(held);
  held.backend.then(
    (backend) => {
      backend.dispose();
    },
    () => undefined,
  );
}

function forget(held: Shared): void {
  for (const [kind, known] of shared) if (known === held) shared.delete(kind);
}
