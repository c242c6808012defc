import { withInputShapes } from '../graph/batch.ts';
import { prune } from '../graph/prune.ts';
import type { Graph } from '../ir/graph.ts';
import { nonFinite } from '../tensor/non-finite.ts';
import { sameShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Backend } from './backend.ts';

/** Layers that are read back at once. */
const GROUP = 16;

/** The first layer, in the order in which they are computed, whose numbers are not finite. */
export async function firstNonFinite(graph: Graph, backend: Backend, input: Tensor): Promise<string | undefined> {
  const [name] = graph.inputs as [string];
  const { shape } = graph.values.get(name)!;
  const own = sameShape(shape, input.shape) ? graph : withInputShapes(graph, { [name]: input.shape });
  for (let from = 0; from < own.nodes.length; from += GROUP) {
    const group = own.nodes.slice(from, from + GROUP);
    const tensors = group.map(({ outputs }) => outputs[0]!);
    const executable = await backend.compile(prune(own, tensors));
    try {
      const results = await executable.run({ [name]: input });
      const wrong = group.find(({ outputs }) => nonFinite(results[outputs[0]!]!.data) !== undefined);
      if (wrong) return wrong.name;
    } finally {
      executable.dispose();
    }
  }
  return undefined;
}
