import { plan } from '../../src/engine/plan.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { loadLaunches } from '../../src/ops/launches.ts';
import { guidedBackprop } from '../guided.ts';
import { squeezeNet } from '../subjects.ts';
import type { Part } from './part.ts';

const MIB = 2 ** 20;

/** What the plan's reuse of memory saves: bytes of all tensors between input and output, and bytes taken for them. */
export const memory: Part = async () => {
  const { name, graph } = await squeezeNet();
  const back = guidedBackprop(graph);
  await loadLaunches(back.nodes.map(({ op }) => op));
  const row = (pass: string, planned: Graph): Record<string, string | number> => {
    const { peakBytes, activationBytes } = plan(planned);
    return {
      network: `${name}, batch 1`,
      pass,
      'all tensors, MiB': activationBytes / MIB,
      'taken, MiB': peakBytes / MIB,
      'saved, %': 100 * (1 - peakBytes / activationBytes),
    };
  };
  return { rows: [row('forward', graph), row('forward and guided backward', back)] };
};
