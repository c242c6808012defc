import { differentiate, RULES } from '../src/graph/differentiate.ts';
import { prune } from '../src/graph/prune.ts';
import type { Graph } from '../src/ir/graph.ts';
import { sizeOf } from '../src/tensor/shape.ts';
import { float32, type Tensor } from '../src/tensor/tensor.ts';

/** The network with guided backpropagation from its first output to its input, as one graph. */
export function guidedBackprop(graph: Graph): Graph {
  const [of, input] = [graph.outputs[0]!, graph.inputs[0]!];
  const { graph: both, gradients } = differentiate(graph, { of, wrt: [input], rules: RULES.guided });
  return prune(both, [of, gradients.get(input)!]);
}

/** 1 for the first class. */
export function oneHot({ values }: Graph, name: string): Tensor {
  const { shape } = values.get(name)!;
  return float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => (i === 0 ? 1 : 0)),
  );
}
