import { differentiate } from '../../../graph/differentiate.ts';
import { prune } from '../../../graph/prune.ts';
import type { Graph } from '../../../ir/graph.ts';
import type { Rules } from '../../../ir/op.ts';
import { ruleOf, type RuleTable } from './rule-tables.ts';

/** How signals pass. */
export interface SignalRules {
  /** At activation functions, pools and normalisation. */
  readonly rules?: Rules | undefined;
  /** Other rules by kinds of op. */
  readonly table?: RuleTable | undefined;
}

/** A network with its backward pass. */
export interface BackwardGraph {
  /** Its inputs are those of the network and the seed; its outputs what arrives, and what was asked for besides. */
  readonly graph: Graph;
  /** Input of the shape of what the signal starts from. */
  readonly seed: string;
  /** What arrives, of the shape of what the signal is sent to. */
  readonly gradient: string;
}

/**
 * The network and, behind it, the way of a signal from the tensor `of` back to the tensor `to`: what is run for a map, and what is
 * exported. `also` are tensors of the network that are outputs too.
 */
export function backwardGraph(
  network: Graph,
  of: string,
  to: string,
  also: readonly string[],
  { rules, table }: SignalRules = {},
): BackwardGraph {
  const { graph, seed, gradients } = differentiate(network, {
    of,
    wrt: [to],
    ...(rules && { rules }),
    backward: table && ruleOf(table),
  });
  const gradient = gradients.get(to)!;
  return { graph: prune(graph, [...new Set([gradient, ...also])]), seed, gradient };
}
