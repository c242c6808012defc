// What runs in the Worker of the CPU backend: a build makes one file of it, cpu-worker.js, without chunks, so that it also
// starts from a copy of its text. src/engine/cpu/worker-host.ts asks.
import type * as More from './engine/cpu/more.ts';
import type { InstructionSet } from './cpu/instructions.ts';
import { LocalHost, openMachine, type Host, type RunArgs } from './engine/cpu/host.ts';
import type { Numbers, ProgramData } from './engine/cpu/program.ts';
import type { JobRun } from './work/job.ts';
import { serve } from './work/serve.ts';

let host: Host;

/** What a Worker is opened with. */
export interface OpenArgs {
  readonly sets: readonly InstructionSet[] | undefined;
  /** Where src/engine/cpu/more.ts may be found. */
  readonly addresses: readonly string[];
}

/** The module at the first address that has one; undefined where none has. */
async function importFirst<T>(addresses: readonly string[]): Promise<T | undefined> {
  for (const address of addresses) {
    try {
      return (await import(/* webpackIgnore: true */ /* @vite-ignore */ address)) as T;
    } catch {
      // Not there, or a policy refuses it
    }
  }
  return undefined;
}

/** A job that gives what a function of the host gives. */
const job =
  <Args, Result>(call: (args: Args) => Promise<Result>): JobRun<Args, Result> =>
  async (args) => ({ result: await call(args) });

serve({
  open: job(async ({ sets, addresses }: OpenArgs) => {
    const loadMore = (): Promise<typeof More | undefined> => importFirst(addresses);
    const machine = await openMachine(sets, loadMore);
    if (!machine) return undefined;
    host = new LocalHost(machine, loadMore);
    return { instructions: host.instructions };
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
