import type { InstructionSet } from '../../cpu/instructions.ts';
import { Line, PATIENCE } from '../../work/line.ts';
import { opener } from '../../work/open-worker.ts';
import type { Host } from './host.ts';
import { addressesOfMore } from './load-host.ts';
import type { Numbers } from './program.ts';

const openCpuWorker = opener(
  'cpu-worker.js',
  () => new Worker(new URL('./cpu-worker.js', import.meta.url), { type: 'module' }),
);

/** A Worker that runs programs; undefined where there can be none. What it is asked for rejects with WorkerLost once it is gone. */
export async function openWorkerHost(sets: readonly InstructionSet[] | undefined): Promise<Host | undefined> {
  // What it holds is needed until somebody says otherwise.
  const line = await Line.open(openCpuWorker, { ...PATIENCE, idleMs: Infinity }, () => undefined);
  if (!line) return undefined;
  const ask = <T>(job: string, ...[args, options]: Parameters<Line['ask']> extends [string, ...infer R] ? R : never) =>
    line.ask(job, args, options) as Promise<T>;
  const opened = await ask<Pick<Host, 'instructions'> | undefined>('open', { sets, addresses: addressesOfMore() });
  if (!opened) {
    line.close();
    return undefined;
  }
  return {
    ...opened,
    prepare: (program, data) => ask('prepare', { program, data }),
    supply: (program, constants) => ask('supply', { program, constants }, { transfer: buffersOf(constants) }),
    load: (program) => ask('load', program),
    run: (run, options) => ask('run', run, { ...options, transfer: buffersOf(run.inputs) }),
    profile: (program, inputs) => ask('profile', { program, inputs }),
    free: (program) => ask('free', program),
    close: () => {
      line.close();
    },
  };
}

function buffersOf(numbers: ReadonlyMap<unknown, Numbers>): Transferable[] {
  return [...numbers.values()].map(({ buffer }) => buffer);
}
