import type { InstructionSet } from '../../cpu/instructions.ts';
import { Line, PATIENCE } from '../../work/line.ts';
import { opener } from '../../work/open-worker.ts';
import type { Host } from './host.ts';
import { addressesOfMore } from './load-host.ts';
import { buffersOf, SENT_AT_ONCE, type ConstantPart, type Given, type Numbers } from './program.ts';

const openCpuWorker = opener(
  'cpu-worker.js',
  () => new Worker(new URL('./cpu-worker.js', import.meta.url), { type: 'module' }),
);

/** What a run in the Worker gives: its outputs, and the memory of its inputs. */
export interface Ran {
  readonly results: ReadonlyMap<string, Numbers>;
  readonly read: ArrayBuffer[];
}

/** A Worker that runs programs; undefined where there can be none. What it is asked for rejects with WorkerLost once it is gone. */
export async function openWorkerHost(sets: readonly InstructionSet[] | undefined): Promise<Host | undefined> {
  // What it holds is needed until somebody says otherwise.
  const line = await Line.open(openCpuWorker, { ...PATIENCE, idleMs: Infinity }, () => undefined);
  if (!line) return undefined;
  const ask = <T>(job: string, ...[args, options]: Parameters<Line['ask']> extends [string, ...infer R] ? R : never) =>
    line.ask(job, args, options) as Promise<T>;
  /** What the last run has read: new memory takes longer to come by than to be written. */
  let spare: ArrayBuffer[] = [];
  /** What constants are sent in, one portion after another: as garbage, engines would keep as much as all of them take. */
  let parcel: ArrayBuffer | undefined;
  const copyOf = (numbers: Given): Numbers => {
    const at = spare.findIndex(({ byteLength }) => byteLength === numbers.byteLength);
    if (at < 0) return copied(numbers);
    const bytes = spare.splice(at, 1)[0]!;
    const copy = numbers instanceof Uint32Array ? new Uint32Array(bytes) : new Float32Array(bytes);
    copy.set(numbers);
    return copy;
  };
  const opened = await ask<Pick<Host, 'instructions'> | undefined>('open', { sets, addresses: addressesOfMore() });
  if (!opened) {
    line.close();
    return undefined;
  }
  return {
    ...opened,
    prepare: (program, data) => ask('prepare', { program, data }),
    supply: async (program, given) => {
      const memory = parcel ?? new ArrayBuffer(4 * SENT_AT_ONCE);
      parcel = undefined;
      const parts = copiedInto(memory, given);
      parcel = await ask('supply', { program, parts, memory }, { transfer: [memory] });
    },
    load: (program) => {
      parcel = undefined;
      return ask('load', program);
    },
    run: async (run, options) => {
      const inputs = copiesOf(run.inputs, copyOf);
      const ran = await ask<Ran>('run', { ...run, inputs }, { ...options, transfer: buffersOf(inputs) });
      spare = ran.read;
      return ran.results;
    },
    profile: (program, given) => ask('profile', { program, inputs: copiesOf(given) }),
    free: (program) => ask('free', program),
    close: () => {
      line.close();
    },
  };
}

/** Numbers that can be handed over. */
function copiesOf<Key>(given: ReadonlyMap<Key, Given>, copyOf = copied): ReadonlyMap<Key, Numbers> {
  return new Map([...given].map(([key, numbers]) => [key, copyOf(numbers)]));
}

function copied(numbers: Given): Numbers {
  return numbers.slice();
}

/** Copies that lie one after another. */
function copiedInto(memory: ArrayBuffer, parts: readonly ConstantPart[]): readonly ConstantPart[] {
  let at = 0;
  return parts.map((part) => {
    const numbers = new Int32Array(memory, at, part.numbers.length);
    numbers.set(part.numbers);
    at += numbers.byteLength;
    return { ...part, numbers };
  });
}
