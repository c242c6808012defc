import type { Alias, Graph, Node } from '../ir/graph.ts';

/**
 * Only what these outputs need: other nodes, constants and inputs go, and so do outputs of nodes beyond the last one
 * used (pooling switches that nobody reads). Names of the source file that led to something dropped say so.
 */
export function prune(graph: Graph, outputs: readonly string[] = graph.outputs): Graph {
  const needed = new Set(outputs);
  const nodes: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    const last = node.outputs.findLastIndex((output) => needed.has(output));
    if (last < 0) continue;
    nodes.push(last + 1 === node.outputs.length ? node : { ...node, outputs: node.outputs.slice(0, last + 1) });
    for (const input of node.inputs) if (input !== '') needed.add(input);
  }
  nodes.reverse();
  const kept = new Set([...needed, ...nodes.flatMap((node) => node.outputs)]);
  const within = <T>(map: ReadonlyMap<string, T>): Map<string, T> =>
    new Map([...map].filter(([name]) => kept.has(name)));
  return {
    name: graph.name,
    inputs: graph.inputs.filter((input) => kept.has(input)),
    outputs,
    nodes,
    values: within(graph.values),
    constants: within(graph.constants),
    aliases: new Map([...graph.aliases].map(([name, alias]) => [name, survivor(alias, kept)])),
  };
}

function survivor(alias: Alias, kept: ReadonlySet<string>): Alias {
  if (!('tensor' in alias) || kept.has(alias.tensor)) return alias;
  return { gone: `no output needs it ("${alias.tensor}")` };
}
