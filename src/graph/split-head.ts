import type { Graph } from '../ir/graph.ts';
import { opOf } from '../ops/registry.ts';
import { dependents } from './dependents.ts';
import { prune } from './prune.ts';

/** A graph in two: what the head gives follows from the codes alone. */
export interface SplitGraph {
  /** Its first output are the codes; then the outputs of the graph that do not follow from them. */
  readonly body: Graph;
  /** Its only input are the codes [1, …], under their name; its outputs are the other ones of the graph. */
  readonly head: Graph;
}

/**
 * Cuts a graph before its first fully connected layer, or gives undefined where there is none or something passes it by.
 * A head is mostly weights to be read: it gains from larger batches than the body has room for.
 */
export function splitHead(graph: Graph): SplitGraph | undefined {
  const variable = dependents(graph, graph.inputs);
  const first = graph.nodes.find(
    ({ op, inputs: [a, b] }) => opOf(op).product === 'matrix' && variable.has(a!) && !variable.has(b!),
  );
  if (!first) return undefined;
  const codes = first.inputs[0]!;
  const apart: Graph = {
    ...graph,
    inputs: [...graph.inputs, codes],
    nodes: graph.nodes.filter(({ outputs }) => !outputs.includes(codes)),
  };
  const behind = dependents(apart, [codes]);
  const beside = dependents(apart, graph.inputs);
  const [ofHead, others] = [true, false].map((is) => graph.outputs.filter((name) => behind.has(name) === is)) as [
    string[],
    string[],
  ];
  if (ofHead.length === 0 || ofHead.some((name) => beside.has(name))) return undefined;
  return { body: prune(graph, [codes, ...others]), head: prune(apart, ofHead) };
}
