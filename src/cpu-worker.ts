// What runs in the Worker of the CPU backend: a build makes one file of it, cpu-worker.js, without chunks, so that it also
// starts from a copy of its text. src/engine/cpu/worker-host.ts asks.
import type * as More from './engine/cpu/more.ts';
import type { InstructionSet } from './cpu/instructions.ts';
import { LocalHost, openMachine, type Host, type RunArgs } from './engine/cpu/host.ts';
import { buffersOf, type ConstantPart, type Numbers, type ProgramData } from './engine/cpu/program.ts';
import type { Ran } from './engine/cpu/worker-host.ts';
import type { JobRun } from './work/job.ts';
import { serve } from './work/serve.ts';

interface Handed extends RunArgs {
  readonly inputs: ReadonlyMap<string, Numbers>;
}

interface Supplied {
  readonly program: number;
  readonly parts: readonly ConstantPart[];
  /** Where they lie, which goes back. */
  readonly memory: ArrayBuffer;
}

let host: Host;

/** What a Worker is opened with. */
interface OpenArgs {
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
  supply: (async ({ program, parts, memory }: Supplied) => {
    await host.supply(program, parts);
    return { result: memory, transfer: [memory] };
  }) satisfies JobRun<Supplied, ArrayBuffer>,
  load: job((program: number) => host.load(program)),
  run: (async (args: Handed, { signal, onProgress }) => {
    const results = await host.run(args, { signal, onProgress });
    const read = buffersOf(args.inputs);
    return { result: { results, read }, transfer: [...buffersOf(results), ...read] };
  }) satisfies JobRun<Handed, Ran>,
  profile: job(({ program, inputs }: { program: number; inputs: ReadonlyMap<string, Numbers> }) =>
    host.profile(program, inputs),
  ),
  free: job((program: number) => host.free(program)),
});
