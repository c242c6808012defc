import { ArgumentError } from '../errors.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { opOf } from '../ops/registry.ts';
import { sameShape, sizeOf, type Shape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { rewrite } from './rewrite.ts';

/** Numbers of a layer that are to be drawn. */
export interface Drawing {
  readonly node: Node;
  /** Which of the layers of {@link weightedNodes} it is. */
  readonly layer: number;
  readonly part: 'weights' | 'bias';
  readonly shape: Shape;
  /** Products that an output is the sum of: what the size of weights usually goes by. */
  readonly fanIn: number;
}

/** The same tensor for the same numbers is held once by a device, however many graphs have it. */
export type Draw = (drawing: Drawing) => Tensor;

/** The nodes that multiply with weights of the file, in the order in which they run. */
export function weightedNodes(graph: Graph): readonly Node[] {
  return graph.nodes.filter((node) => weightsOf(graph, node) !== undefined);
}

/**
 * The graph with other weights in some of its layers, by name, and their biases where these are a part of the layer. Weights that
 * several layers share stay shared, and are drawn for the first of them. Batch normalisation that was folded into a layer went into
 * the weights that are replaced. All else keeps its name and its numbers.
 *
 * Throws ArgumentError for a node that has no weights, and for numbers that do not fill them.
 */
export function randomise(graph: Graph, names: Iterable<string>, draw: Draw): Graph {
  const layers = new Map(weightedNodes(graph).map(({ name }, i) => [name, i]));
  const wanted = new Set(names);
  for (const name of wanted) {
    if (!layers.has(name)) throw new ArgumentError(`"${name}" has no weights`, { expected: 'a layer with weights' });
  }
  if (wanted.size === 0) return graph;
  /** Constants that were replaced, by their names. */
  const drawn = new Map<string, string>();
  return rewrite(graph, (node, inputs, { builder }) => {
    if (!wanted.has(node.name)) return undefined;
    const { at, fanIn } = weightsOf(graph, node)!;
    const replaced = inputs.map((input, i) => {
      const given = node.inputs[i]!;
      const part = i === at ? 'weights' : i === 2 && graph.constants.has(given) ? 'bias' : undefined;
      if (!part) return input;
      const known = drawn.get(given);
      if (known !== undefined) return known;
      const { shape } = graph.values.get(given)!;
      const numbers = draw({ node, layer: layers.get(node.name)!, part, shape, fanIn });
      if (!sameShape(numbers.shape, shape))
        throw new ArgumentError('what was drawn does not fit the layer', { where: node.name });
      const name = builder.constant(`${given}/drawn`, numbers);
      drawn.set(given, name);
      return name;
    });
    const outputs = builder.addAll(node.op, replaced, node.attributes, { name: node.name, outputs: node.outputs });
    return outputs.map((tensor) => ({ tensor }));
  });
}

/** Which input holds the weights, and how many of them each output adds up. */
function weightsOf(
  graph: Graph,
  { op, inputs, outputs }: Node,
): { readonly at: number; readonly fanIn: number } | undefined {
  const { product } = opOf(op);
  if (!product) return undefined;
  const at = [1, 0].find((i) => graph.constants.has(inputs[i] ?? ''));
  if (at === undefined) return undefined;
  const { shape } = graph.values.get(inputs[at]!)!;
  const units = product === 'matrix' ? graph.values.get(outputs[0]!)!.shape.at(-1)! : shape[0]!;
  return { at, fanIn: sizeOf(shape) / units };
}
