import { host, type Goal } from '../host.ts';
import { interleave } from '../interleave.ts';
import { differences, loadPeers } from '../peers/peers.ts';
import { unpool } from '../peers/unpool.ts';
import { squeezeNet } from '../subjects.ts';
import type { Part } from './part.ts';

const GOALS: Readonly<Record<string, number>> = { 'onnxruntime-web webgpu': 25, 'tfjs webgpu': 15 };

const WASM = 'wasm runs on one thread: more threads cost more CPU time, not less.';

/** Whole networks, from numbers in memory to numbers in memory. */
export const models: Part = async ({ backend, cost }) => {
  const subject = await squeezeNet();
  const ours = await unpool(backend, subject.graph, { [subject.graph.inputs[0]!]: subject.input }, { resident: false });
  const contenders = [ours, ...(await loadPeers(subject, ['webgpu', 'wasm'], { resident: false }))];
  const difference = await differences(contenders);
  const timings = await interleave(contenders);
  for (const contender of contenders) await contender.dispose?.();

  const own = cost(timings.get(ours.name)!);
  const rows = contenders.map(({ name }) => {
    const { coreMs, wallMs, rounds } = timings.get(name)!;
    const ratio = cost(timings.get(name)!) / own;
    return {
      network: `${subject.name}, batch 1`,
      library: name,
      'core-ms': coreMs,
      'wall ms': wallMs,
      rounds,
      'times our cost': ratio,
      'relative L2 difference': difference.get(name)!,
    };
  });
  const goals = rows.flatMap(({ library, 'times our cost': reached }): Goal[] => {
    const atLeast = GOALS[library];
    if (atLeast === undefined) return [];
    return [{ text: `${subject.name}, batch 1: faster than ${library}`, reached, bound: { atLeast }, unit: '×' }];
  });
  return { rows, goals, notes: host.peers ? [WASM] : [] };
};
