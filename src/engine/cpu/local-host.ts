import * as more from './more.ts';
import type { InstructionSet } from '../../cpu/instructions.ts';
import { LocalHost, openMachine, type Host, type LoadMore } from './host.ts';
import type { Definitions } from './program.ts';

/** What runs programs on this thread; a build makes one file of it for pages, cpu-host.js. */
export async function openLocalHost(
  sets: readonly InstructionSet[] | undefined,
  definitions: Definitions,
): Promise<Host> {
  const loadMore: LoadMore = () => Promise.resolve(more);
  return new LocalHost((await openMachine(sets, loadMore))!, loadMore, definitions);
}
