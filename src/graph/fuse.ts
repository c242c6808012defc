import type { Attributes, Graph, Node } from '../ir/graph.ts';
import { opOf } from '../ops/registry.ts';
import { sameShape } from '../tensor/shape.ts';
import { rewrite } from './rewrite.ts';
import { usesOf } from './tensors.ts';

/** A convolution or product together with what it does to its results before it stores them. */
interface Fused {
  readonly head: Node;
  /** Tensors of the graph as given. */
  readonly inputs: readonly string[];
  readonly attributes: Attributes;
  /** Nothing more fits: the result is clipped or masked already. */
  readonly full: boolean;
}

/**
 * Moves what follows a convolution or matrix product into it: the sum with a residual, ReLU and Clip; and the way back
 * through a ReLU into the input gradient that it would pass. Saves writing and reading a tensor for each. To be done last,
 * since what is fused has no gradient.
 */
export function fuse(graph: Graph): Graph {
  const { ends, absorbed } = planOf(graph);
  return rewrite(graph, (node, _, { builder, nameOf }) => {
    if (absorbed.has(node.name)) return [{ gone: 'fused' }];
    const fused = ends.get(node.name);
    if (!fused) return undefined;
    const inputs = fused.inputs.map((name) => (name === '' ? '' : nameOf(name)));
    const options = { name: fused.head.name, outputs: node.outputs };
    return [{ tensor: builder.add(fused.head.op, inputs, fused.attributes, options) }];
  });
}

/** Nodes that become the end of something fused, and nodes that go into one. */
function planOf(graph: Graph): { ends: ReadonlyMap<string, Fused>; absorbed: ReadonlySet<string> } {
  const uses = usesOf(graph);

  /** Tensor → what could still be computed before it is stored. */
  const open = new Map<string, { readonly fused: Fused; readonly node: Node }>();
  const ends = new Map<string, Fused>();
  const absorbed = new Set<string>();
  for (const node of graph.nodes) {
    const before = node.inputs.findLastIndex((name) => open.has(name) && uses.get(name) === 1);
    const start = open.get(node.inputs[before] ?? '');
    const fused = (start && absorb(start.fused, node, before, graph)) ?? headOf(node);
    if (!fused) continue;
    if (fused.head !== node && start) {
      absorbed.add(start.node.name);
      ends.delete(start.node.name);
      ends.set(node.name, fused);
    }
    if (!fused.full) open.set(node.outputs[0]!, { fused, node });
  }
  return { ends, absorbed };
}

function headOf(node: Node): Fused | undefined {
  const { op, inputs, attributes } = node;
  return opOf(op).epilogue && { head: node, inputs, attributes, full: false };
}

/** `fused` with a node that takes its result as its input number `index`; undefined where that cannot be. */
function absorb(
  fused: Fused,
  { op, inputs, outputs, attributes }: Node,
  index: number,
  graph: Graph,
): Fused | undefined {
  const { tail, clamp } = opOf(op);
  const able = opOf(fused.head.op).epilogue!;
  const other = inputs[1 - index]!;
  if (tail === 'clamp' && able.clamp) {
    const [low, high] = clamp!(attributes);
    return { ...fused, attributes: { ...fused.attributes, low, high }, full: true };
  }
  if (tail === 'mask' && able.mask && index === 1) {
    const { rule, low, high } = attributes;
    const mask = rule === 'deconvnet' ? [] : [other];
    const masked = { ...fused.attributes, rule, low, high };
    return { ...fused, inputs: [...fused.inputs, ...mask], attributes: masked, full: true };
  }
  if (tail === 'residual' && able.residual !== undefined && fused.inputs.length <= able.residual) {
    const shapeOf = (name: string): readonly number[] => graph.values.get(name)!.shape;
    // Neither of the two is repeated.
    if (inputs.some((name) => !sameShape(shapeOf(name), shapeOf(outputs[0]!)))) return undefined;
    const before = Array.from({ length: able.residual }, (_, i) => fused.inputs[i] ?? '');
    return { ...fused, inputs: [...before, other] };
  }
  return undefined;
}
