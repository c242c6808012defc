import { Profiler } from '../gpu/profiler.ts';
import { stopwatch } from '../gpu/stopwatch.ts';
import type { LaunchTime } from './backend.ts';
import type { Inputs } from './check.ts';
import type { Program, ProgramRun } from './program.ts';

/** A launch is repeated in one submission until that takes so long on the wall, but not more often than that. */
const WALL_MS = 4;
const MAX_REPEATS = 64;

/** Runs once with every launch in a pass of its own, and times it. */
export async function profile(program: Program, inputs: Inputs, options: ProgramRun): Promise<LaunchTime[]> {
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
