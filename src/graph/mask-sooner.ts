import type { Graph, Node } from '../ir/graph.ts';
import { opOf } from '../ops/registry.ts';
import { rewrite } from './rewrite.ts';
import { makersOf, usesOf } from './tensors.ts';

/** The way back through a max-pool and then through the activation before it. */
interface WayBack {
  /** The pool's output. */
  readonly pooled: string;
  readonly unpool: Node;
}

/**
 * Masks signals before they are unpooled, where the activation's output was pooled: at its switches the pool's output has the
 * same numbers. That is a fraction of the work, and the activation's output, often the largest of the network, need not be kept
 * for the way back. No bit of the result changes. To be done before `fuse`.
 */
export function maskSooner(graph: Graph): Graph {
  const [makers, uses] = [makersOf(graph), usesOf(graph)];
  const ways = new Map<Node, WayBack>();
  for (const node of graph.nodes) {
    const [output, signal] = node.inputs;
    const unpool = makers.get(signal ?? '');
    const pool = makers.get(unpool?.inputs[1] ?? '');
    if (opOf(node.op).tail !== 'mask' || node.attributes['rule'] === 'deconvnet') continue;
    if (!unpool || !pool || !opOf(unpool.op).unpools || pool.inputs[0] !== output || uses.get(signal!) !== 1) continue;
    ways.set(node, { pooled: pool.outputs[0]!, unpool });
  }
  if (ways.size === 0) return graph;
  return rewrite(graph, (node, _, { builder, nameOf }) => {
    const way = ways.get(node);
    if (!way) return undefined;
    const { pooled, unpool } = way;
    const [signal, switches] = unpool.inputs.map(nameOf) as [string, string];
    const mask = (rule: string, y: string, dy: string): string =>
      builder.add('relu-grad', [y, dy], { ...node.attributes, rule });
    const spread = builder.add(unpool.op, [mask('gradient', nameOf(pooled), signal), switches], unpool.attributes);
    // Where windows overlap, signals meet: of those it is the sum that may not be negative.
    return [{ tensor: node.attributes['rule'] === 'guided' ? mask('deconvnet', spread, spread) : spread }];
  });
}
