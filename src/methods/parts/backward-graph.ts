import { differentiate } from '../../graph/differentiate.ts';
import { prune } from '../../graph/prune.ts';
import type { Graph } from '../../ir/graph.ts';
import type { RuleSet } from '../../ir/op.ts';

/** A network with its backward pass. */
export interface BackwardGraph {
  /** Its inputs are those of the network and the signal, its first output is the map. */
  readonly graph: Graph;
  /** Input of the shape of what the signal starts from. */
  readonly seed: string;
  /** Tensor of the shape of what the signal is sent to. */
  readonly map: string;
}

/**
 * The network and, behind it, the way of a signal from the tensor `of` back to the tensor `to` under the rules: what is run for a
 * map, and what is exported. `also` are tensors of the network that are outputs too.
 */
export function backwardGraph(
  graph: Graph,
  of: string,
  to: string,
  rules: RuleSet,
  also: readonly string[] = [],
): BackwardGraph {
  const { graph: both, seed, gradients } = differentiate(graph, { of, wrt: [to], rules });
  const map = gradients.get(to)!;
  return { graph: prune(both, [map, ...also]), seed, map };
}
