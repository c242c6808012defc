import { dependenceOf, regionRead, type Region } from '../../graph/dependence.ts';
import { activationsOf } from '../../graph/activations.ts';
import { dependents } from '../../graph/dependents.ts';
import { makersOf } from '../../graph/tensors.ts';
import { contextOf } from '../../ir/builder.ts';
import type { Graph, Node } from '../../ir/graph.ts';
import type { Explanation, Forward, Grid, Read } from '../../ops/explain/explanation.ts';
import { unravel, valuesAt } from '../../ops/explain/explanation.ts';
import { explanationOf } from '../../ops/explain/index.ts';
import { opOf } from '../../ops/registry.ts';
import { sizeOf, stridesOf } from '../../tensor/shape.ts';

/** One number of a tensor, by its flat index. */
export interface Spot {
  readonly tensor: string;
  readonly at: number;
}

/** The numbers of an input that a unit is made of, where nobody has written down how. */
export interface Reading extends Grid {
  readonly tensor: string;
  /** How many there are; the grid has the first of them. */
  readonly count: number;
}

/** Numbers without a formula: what is read, and, where it is a multiple of their sum, which. */
export interface Readings {
  readonly kind: 'readings';
  readonly readings: readonly Reading[];
  readonly scale: number | undefined;
}

/** One node on the way: from one number of its input to one of its output. */
export interface Stage {
  readonly node: Node;
  /** How a reader calls what the node does. */
  readonly title: string;
  readonly from: Spot;
  readonly to: Spot;
  /** The number of `to`. */
  readonly value: number;
  readonly explanation: Explanation | undefined;
  readonly forward: Forward | Readings;
}

/** Numbers of a grid without a formula. */
const MOST_READ = 225;

/**
 * The way from the input to a number, node by node: at each the number of its input that adds most to it, which is the largest
 * product of a convolution and the switch of a max-pool.
 */
export function pathTo(
  graph: Graph,
  input: string,
  end: Spot,
  numbers: (tensor: string) => ArrayLike<number>,
): Stage[] {
  const reached = dependents(graph, [input]);
  const makers = makersOf(graph);
  const explain = explainerOf(graph);
  const stages: Stage[] = [];
  for (let to = end; ;) {
    const node = makers.get(to.tensor);
    if (!node || to.tensor === input) return stages.reverse();
    const explanation = explain(node);
    const read: Read = (index) => numbers(node.inputs[index]!);
    const forward = explanation
      ? explanation.forward(contextOf(node, graph.values), read, to.at)
      : readingsOf(graph, node, to, (name) => reached.has(name), numbers);
    const from = originOf(forward, node, to);
    if (!from) return stages.reverse();
    const value = numbers(to.tensor)[to.at]!;
    const title = opOf(node.op).title?.(node.attributes) ?? node.op;
    stages.push({ node, title, from, to, value, explanation, forward });
    to = from;
  }
}

/** The arithmetic of each node of a graph, where somebody has written it down. Parts of a written-out activation follow no rule. */
export function explainerOf(graph: Graph): (node: Node) => Explanation | undefined {
  const roles = activationsOf(graph);
  return (node) => (roles.get(node.name) === 'part' ? undefined : explanationOf(node));
}

/** Where the largest part of a number comes from. */
function originOf(forward: Forward | Readings, node: Node, to: Spot): Spot | undefined {
  const [tensor] = node.inputs as [string];
  switch (forward.kind) {
    case 'products': {
      let best: { readonly at: number; readonly product: number } | undefined;
      for (const { places, values, weights } of forward.shares) {
        for (const [i, at] of places.entries()) {
          const product = values[i]! * weights[i]!;
          if (at >= 0 && (!best || product > best.product)) best = { at, product };
        }
      }
      return best && { tensor, at: best.at };
    }
    case 'maximum':
      return forward.chosen < 0 ? undefined : { tensor, at: forward.places[forward.chosen]! };
    case 'clamped':
      return { tensor, at: to.at };
    case 'readings': {
      let best: (Spot & { readonly value: number }) | undefined;
      for (const { tensor: read, places, values } of forward.readings) {
        for (const [i, at] of places.entries())
          if (!best || values[i]! > best.value) best = { tensor: read, at, value: values[i]! };
      }
      return best && { tensor: best.tensor, at: best.at };
    }
  }
}

/** What a number is made of, as the op declares it, of the inputs that vary with the picture. */
function readingsOf(
  graph: Graph,
  node: Node,
  { tensor, at }: Spot,
  varies: (tensor: string) => boolean,
  numbers: (tensor: string) => ArrayLike<number>,
): Readings {
  const { shape } = graph.values.get(tensor)!;
  const box: Region = unravel(at, shape).map((index) => [index, index + 1]);
  const readings = dependenceOf(graph, node).flatMap((dependence, i): Reading[] => {
    const name = node.inputs[i]!;
    if (!dependence || !varies(name)) return [];
    const of = graph.values.get(name)!.shape;
    const region = regionRead(dependence, box, of)?.map(
      ([from, to], axis) => [Math.max(from, 0), Math.min(to, of[axis]!)] as const,
    );
    if (!region || region.some(([from, to]) => from >= to)) return [];
    const sizes = region.map(([from, to]) => to - from);
    const strides = stridesOf(of);
    const count = sizeOf(sizes);
    const columns = Math.min(sizes.at(-1)!, MOST_READ);
    const shown = Math.min(count, columns * Math.floor(MOST_READ / columns));
    const places = Array.from({ length: shown }, (_, index) =>
      unravel(index, sizes).reduce((sum, offset, axis) => sum + (region[axis]![0] + offset) * strides[axis]!, 0),
    );
    return [{ tensor: name, rows: shown / columns, columns, places, values: valuesAt(numbers(name), places), count }];
  });
  return { kind: 'readings', readings, scale: opOf(node.op).sumScale?.(contextOf(node, graph.values)) };
}
