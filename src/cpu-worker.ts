// What runs in the Worker of the CPU backend: a build makes one file of it, cpu-worker.js, without chunks, so that it also
// starts from a copy of its text. src/engine/cpu/worker-host.ts asks.
import type { InstructionSet } from './cpu/instructions.ts';
import { LocalHost, openMachine, type Host, type RunArgs } from './engine/cpu/host.ts';
import type { Numbers, ProgramData } from './engine/cpu/program.ts';
import type { JobRun } from './work/job.ts';
import { serve } from './work/serve.ts';

let host: Host;

/** A job that gives what a function of the host gives. */
const job =
  <Args, Result>(call: (args: Args) => Promise<Result>): JobRun<Args, Result> =>
  async (args) => ({ result: await call(args) });

serve({
  open: job(async (sets: readonly InstructionSet[] | undefined) => {
    host = new LocalHost(await openMachine(sets));
    return host.instructions;
  }),
  prepare: job(({ program, data }: { program: number; data: ProgramData }) => host.prepare(program, data)),
  supply: job(({ program, constants }: { program: number; constants: ReadonlyMap<number, Numbers> }) =>
    host.supply(program, constants),
  ),
  load: job((program: number) => host.load(program)),
  run: (async (args: RunArgs, { signal, onProgress }) => {
    const result = await host.run(args, { signal, onProgress });
    return { result, transfer: [...result.values()].map(({ buffer }) => buffer) };
  }) satisfies JobRun<RunArgs, unknown>,
  profile: job(({ program, inputs }: { program: number; inputs: ReadonlyMap<string, Numbers> }) =>
    host.profile(program, inputs),
  ),
  free: job((program: number) => host.free(program)),
});
