import { BufferSet, type BufferRange } from '../gpu/buffers.ts';
import { bind, type Command, type Dispatch } from '../gpu/dispatch.ts';
import { Pipelines } from '../gpu/pipelines.ts';
import { stopwatch } from '../gpu/stopwatch.ts';
import type { WebGpuBackend } from './webgpu.ts';

/** What a device reaches at most: S. Williams et al., Roofline, CACM 52(4), 2009. */
export interface Roofline {
  /** Floating-point operations a second, multiplying and adding in registers. */
  readonly flops: number;
  /** Bytes a second that a shader reads and writes, of buffers too large for most caches. */
  readonly bytes: number;
}

/** Work that reaches one limit of a device. */
export interface LimitKernel {
  /** Floating-point operations of one run, or bytes that it reads and writes. */
  readonly amount: number;
  /** Resolves, when the work is done, to the milliseconds it took. */
  run(): Promise<number>;
}

export interface LimitKernels {
  /** Multiplies and adds in so many independent chains; by default in as many as reach the most. */
  fma(chains?: number): Promise<LimitKernel>;
  copy(): Promise<LimitKernel>;
  dispose(): void;
}

/** Of fma.wgsl. On SwiftShader 4, 6, 8 and 10 chains reached 36, 51, 65 and 75 GF/s; 12 do not fit into its registers. */
const CHAINS = 10;
/** Multiplications, each with an addition, of a chain in one round. */
const STEPS = 32;
/** Enough to fill a large GPU. */
const THREADS = 2 ** 18;
const COPY_BYTES = 32 * 2 ** 20;
/** So long a run takes at least, for a GPU to be awake and the way there not to count. */
const MIN_MS = 40;
const TRIES = 4;

/** The best of a few runs. */
export async function roofline(backend: WebGpuBackend, signal?: AbortSignal): Promise<Roofline> {
  const limits = await limitKernels(backend);
  try {
    const rate = async ({ amount, run }: LimitKernel): Promise<number> =>
      (1000 * amount) / (await fastest(run, signal));
    return { flops: await rate(await limits.fma()), bytes: await rate(await limits.copy()) };
  } finally {
    limits.dispose();
  }
}

/** The kernels behind {@link roofline}, for whoever times them beside something else. */
export async function limitKernels(backend: WebGpuBackend): Promise<LimitKernels> {
  const { gpu } = await backend.open();
  const buffers = new BufferSet(gpu);
  const pipelines = new Pipelines(gpu);
  const [x, y] = ['x', 'y'].map((name): BufferRange => {
    const buffer = buffers.create(name, COPY_BYTES, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST);
    return { buffer, offset: 0, size: COPY_BYTES };
  }) as [BufferRange, BufferRange];
  const command = async (dispatch: Dispatch): Promise<Command> => {
    const kernel = await pipelines.get(dispatch.shader, dispatch.constants);
    return (await bind(gpu, buffers, [kernel], [dispatch]))[0]!;
  };
  return {
    fma: (chains = CHAINS) =>
      enough(2 * THREADS * chains * STEPS, async (rounds) => {
        const once = await command({
          shader: 'bench/fma',
          constants: { CHAINS: chains },
          // x ← x/2 + 1/2 goes to 1: no number grows out of bounds or becomes too small for the fast path.
          params: { rounds, m: 0.5, c: 0.5 },
          bindings: { y },
          threads: [THREADS, 1, 1],
        });
        return () => stopwatch(gpu, [once]);
      }),
    copy: async () => {
      const copied = await command({
        shader: 'bench/copy',
        params: {},
        bindings: { x, y },
        threads: [COPY_BYTES / 16, 1, 1],
      });
      return enough(2 * COPY_BYTES, (times) => {
        const commands = Array.from({ length: times }, () => copied);
        return () => stopwatch(gpu, commands);
      });
    },
    dispose: () => {
      buffers.destroy();
      pipelines.clear();
    },
  };
}

/** Repeats work, by powers of two, until a run takes {@link MIN_MS} however busy the machine is. */
async function enough(
  amount: number,
  repeated: (times: number) => LimitKernel['run'] | Promise<LimitKernel['run']>,
): Promise<LimitKernel> {
  for (let times = 1; ; times *= 2) {
    const run = await repeated(times);
    if ((await fastest(run)) >= MIN_MS) return { amount: amount * times, run };
  }
}

async function fastest(run: LimitKernel['run'], signal?: AbortSignal): Promise<number> {
  let best = Infinity;
  for (let i = 0; i < TRIES; i++) {
    signal?.throwIfAborted();
    best = Math.min(best, await run());
  }
  return best;
}
