import { Profiler } from '../gpu/profiler.ts';
import { stopwatch } from '../gpu/stopwatch.ts';
import { sizeOf } from '../tensor/shape.ts';
import { float32, type Tensor } from '../tensor/tensor.ts';
import type { Graph } from '../ir/graph.ts';
import type { Inputs } from './check.ts';
import type { Program, ProgramRun } from './program.ts';
import type { WebGpuExecutable } from './executable.ts';

/** Time of one launch. */
export interface LaunchTime {
  readonly node: string;
  readonly shader: string;
  readonly flops: number;
  /** Of the tensors it reads and writes, each once. */
  readonly bytes: number;
  readonly ms: number;
  /** Whose: the GPU's own or, where the device has none, the one on the wall, which counts the way to the GPU too. */
  readonly clock: 'gpu' | 'wall';
}

/** A launch is repeated in one submission until that takes so long on the wall, but not more often than that. */
const WALL_MS = 4;
const MAX_REPEATS = 64;

/** Runs once with every launch in a pass of its own, and times it; as fast as it becomes. */
export function profile(executable: WebGpuExecutable, inputs: Inputs): Promise<LaunchTime[]> {
  return executable.use(inputs, {}, async (program, options) => {
    await program.tierUp();
    const { launches, session } = program;
    const clock = session.gpu.device.features.has('timestamp-query') ? 'gpu' : 'wall';
    const times = await (clock === 'gpu' ? onTheGpu : onTheWall)(program, inputs, options);
    session.gpu.throwUncaptured();
    return launches.map(({ node, launch: { shader }, flops, bytes }, i) => ({
      node,
      shader,
      flops,
      bytes,
      ms: times[i]!,
      clock,
    }));
  });
}

async function onTheGpu(program: Program, inputs: Inputs, options: ProgramRun): Promise<number[]> {
  const profiler = new Profiler(program.session.gpu, program.launches.length);
  try {
    await profiler.ready();
    const finish = (encoder: GPUCommandEncoder): void => {
      profiler.encode(encoder);
    };
    await program.submit(inputs, options, finish, (launch) => profiler.writes(launch));
    return await profiler.read();
  } finally {
    profiler.destroy();
  }
}

async function onTheWall(program: Program, inputs: Inputs, options: ProgramRun): Promise<number[]> {
  const { commands, session } = program;
  // Inputs must be there, and what nodes write: numbers left over may be slower.
  await program.submit(inputs, options, () => undefined);
  await session.gpu.guard(session.gpu.device.queue.onSubmittedWorkDone());
  const times: number[] = [];
  for (const command of commands) {
    options.check();
    const once = await stopwatch(session.gpu, [command]);
    const repeats = Math.min(MAX_REPEATS, Math.ceil(WALL_MS / once));
    const all = Array.from({ length: repeats }, () => command);
    times.push(repeats > 1 ? (await stopwatch(session.gpu, all)) / repeats : once);
  }
  return times;
}

/** Numbers of both signs for each input of a graph, to time it with; zeros and denormal numbers may be faster. */
export function anyInputs({ inputs, values }: Graph): Record<string, Tensor> {
  return Object.fromEntries(
    inputs.map((name) => {
      const { shape } = values.get(name)!;
      const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7919) % 2003) / 1001 - 1);
      return [name, float32(shape, data)];
    }),
  );
}
