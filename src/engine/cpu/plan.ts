import { contextOf } from '../../ir/builder.ts';
import type { Graph, Node } from '../../ir/graph.ts';
import type { Copy, Launch } from '../../ir/op.ts';
import { rowsOf } from '../../ops/internal/strided.ts';
import { opOf } from '../../ops/registry.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { arrange, costed, type Plan } from '../arrange.ts';
import { inOnePiece } from './places.ts';

/**
 * Plans a run of whole nodes in their order, each by whatever computes it: those of which a launch is left. The images of a
 * tensor lie side by side.
 */
export function planInOrder(graph: Graph): Plan {
  const wanted = graph.nodes.flatMap((node) => {
    const op = opOf(node.op);
    const context = contextOf(node, graph.values);
    if (op.view || context.outputs.every(({ shape }) => sizeOf(shape) === 0)) return [];
    const copies = op.copies?.(context).filter(({ shape }) => sizeOf(shape) > 0) ?? [];
    const parts = copies.map(partOf);
    const spared = parts.length > 0 && parts.every(({ copies }) => copies?.rows === 1);
    return costed(context, op, spared ? parts : [wholeOf(node)]);
  });
  return arrange(graph, wanted, inOnePiece);
}

/** A node as one launch, for who only wants to know what it touches. */
function wholeOf({ op, inputs, outputs }: Node): Launch {
  const bindings = Object.fromEntries([...inputs, ...outputs].filter(Boolean).map((name) => [name, name]));
  return { shader: op, params: {}, bindings, threads: [1, 1, 1] };
}

/** One copy of a node, as a launch too. */
function partOf(copy: Copy): Launch {
  const bindings = { x: copy.x.tensor, y: copy.y.tensor };
  return { shader: '', params: {}, bindings, threads: [1, 1, 1], copies: rowsOf(copy) };
}
