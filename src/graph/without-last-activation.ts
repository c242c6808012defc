import { contextOf } from '../ir/builder.ts';
import type { Graph } from '../ir/graph.ts';
import { opOf } from '../ops/registry.ts';
import { rewrite } from './rewrite.ts';
import { makersOf } from './tensors.ts';

/**
 * The graph without the rectifier that its scores come from, through changes of shape, sums and means only, as in SqueezeNet: where
 * it is off, a class has neither a score nor a gradient. Other graphs stay as they are. `scores` is where they are now.
 */
export function withoutLastActivation(
  graph: Graph,
  scores: string,
): { readonly graph: Graph; readonly scores: string } {
  const makers = makersOf(graph);
  for (let node = makers.get(scores); node; node = makers.get(node.inputs[0]!)) {
    const op = opOf(node.op);
    if (op.activation === 'rectifier') {
      const last = node;
      const ended = { ...graph, outputs: [...new Set([...graph.outputs, scores])] };
      const without = rewrite(ended, (each, inputs) => (each === last ? [{ tensor: inputs[0]! }] : undefined));
      const alias = without.aliases.get(scores);
      return { graph: without, scores: alias && 'tensor' in alias ? alias.tensor : scores };
    }
    const linear =
      op.view === true || op.permutation !== undefined || op.sumScale?.(contextOf(node, graph.values)) !== undefined;
    if (!linear) break;
  }
  return { graph, scores };
}
