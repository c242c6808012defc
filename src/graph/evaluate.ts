import { ArgumentError } from '../errors.ts';
import { contextOf } from '../ir/builder.ts';
import type { Graph, Value } from '../ir/graph.ts';
import { opOf } from '../ops/registry.ts';
import { formatShape, sameShape } from '../tensor/shape.ts';
import { tensor, type Tensor } from '../tensor/tensor.ts';
import { prune } from './prune.ts';

/**
 * Runs a graph in float64: the reference for everything else. `feeds` are its inputs, and may be tensors in the middle,
 * which are then not computed: a backward pass can be checked with the masks and switches that the GPU has seen.
 * The results are float64 where the graph has float32.
 */
export function evaluate(
  graph: Graph,
  feeds: Readonly<Record<string, Tensor>>,
  outputs: readonly string[] = graph.outputs,
): Record<string, Tensor> {
  const numbers = new Map<string, Float64Array>();
  const give = (name: string, { shape, data }: Tensor): void => {
    const value = graph.values.get(name);
    if (!value || !sameShape(value.shape, shape)) {
      const got = `"${name}" ${formatShape(shape)}`;
      throw new ArgumentError('a feed is no tensor of the graph', {
        expected: value ? formatShape(value.shape) : 'its name',
        got,
      });
    }
    numbers.set(name, data instanceof Float64Array ? data : Float64Array.from(data));
  };
  const fed: Graph = {
    ...graph,
    nodes: graph.nodes.filter(({ outputs }) => !outputs.every((name) => Object.hasOwn(feeds, name))),
  };
  const needed = prune(fed, outputs);
  for (const [name, constant] of needed.constants) give(name, constant);
  for (const [name, feed] of Object.entries(feeds)) give(name, feed);

  const read = (name: string): Float64Array => {
    const found = numbers.get(name);
    if (!found) throw new ArgumentError(`"${name}" has no numbers`, { expected: 'a feed for every input' });
    return found;
  };
  for (const node of needed.nodes) {
    const operands = node.inputs.map((name) => (name === '' ? undefined : read(name)));
    const op = opOf(node.op);
    if (!op.evaluate) {
      const remedy = 'Await `loadOps()` first.';
      throw new ArgumentError(`"${node.op}" has no float64 reference yet`, { where: node.name, remedy });
    }
    const results = op.evaluate(contextOf(node, graph.values), operands);
    for (const [i, name] of node.outputs.entries()) if (!Object.hasOwn(feeds, name)) numbers.set(name, results[i]!);
  }
  return Object.fromEntries(outputs.map((name) => [name, exact(graph.values.get(name)!, read(name))]));
}

function exact({ dtype, shape }: Value, data: Float64Array): Tensor {
  return tensor(dtype === 'float32' ? 'float64' : dtype, shape, data);
}
