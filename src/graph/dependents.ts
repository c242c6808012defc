import type { Graph } from '../ir/graph.ts';

/** The tensors that depend on these, themselves included. */
export function dependents({ nodes }: Graph, tensors: readonly string[]): Set<string> {
  const reached = new Set(tensors);
  for (const { inputs, outputs } of nodes) {
    if (inputs.some((input) => reached.has(input))) for (const output of outputs) reached.add(output);
  }
  return reached;
}
