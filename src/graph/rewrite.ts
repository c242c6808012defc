import type { GraphBuilder } from '../ir/builder.ts';
import type { Alias, Graph, Node } from '../ir/graph.ts';
import { graphBuilder } from '../ops/registry.ts';
import type { Shape } from '../tensor/shape.ts';
import { atOnce } from '../work/steps.ts';
import { prune } from './prune.ts';

/** The graph being made. */
export interface Target {
  readonly builder: GraphBuilder;
  /** Where a tensor of the old graph is in the new one. */
  nameOf(tensor: string): string;
}

/**
 * Replaces a node: where each of its outputs is in the new graph, or why it is nowhere. `inputs` are the names of the
 * node's inputs in the new graph. Undefined copies the node.
 */
export type Visit = (node: Node, inputs: readonly string[], target: Target) => readonly Alias[] | undefined;

/**
 * Makes a graph anew, node by node, with shapes inferred again. Constants keep their names and identity; names that
 * end up elsewhere become aliases; what nothing needs any more is removed.
 */
export function rewrite(graph: Graph, visit: Visit, shapes: Readonly<Record<string, Shape>> = {}): Graph {
  return atOnce(rewriting(graph, visit, shapes));
}

/** {@link rewrite} node by node: whoever steps through it can pause in between. */
export function* rewriting(
  graph: Graph,
  visit: Visit,
  shapes: Readonly<Record<string, Shape>> = {},
): Generator<undefined, Graph> {
  const builder = graphBuilder();
  const scope = new Map<string, Alias>();
  for (const name of graph.inputs) {
    const { dtype, shape } = graph.values.get(name)!;
    scope.set(name, { tensor: builder.input(name, dtype, Object.hasOwn(shapes, name) ? shapes[name]! : shape) });
  }
  for (const [name, constant] of graph.constants) scope.set(name, { tensor: builder.constant(name, constant) });

  const follow = (alias: Alias): Alias => ('tensor' in alias ? (scope.get(alias.tensor) ?? alias) : alias);
  const nameOf = (name: string): string => {
    const alias = scope.get(name);
    return alias && 'tensor' in alias ? alias.tensor : name;
  };
  for (const node of graph.nodes) {
    const inputs = node.inputs.map(nameOf);
    const results = visit(node, inputs, { builder, nameOf }) ?? copy(builder, node, inputs);
    for (const [i, output] of node.outputs.entries()) scope.set(output, results[i]!);
    yield;
  }

  for (const [name, alias] of graph.aliases) builder.alias(name, follow(alias));
  for (const [name, alias] of scope) if (!('tensor' in alias) || alias.tensor !== name) builder.alias(name, alias);
  const names = new Set(builder.nodes.map((node) => node.name));
  for (const { name, outputs } of graph.nodes) {
    if (!names.has(name) && !scope.has(name)) builder.alias(name, scope.get(outputs[0]!)!);
  }
  return prune(builder.build(graph.name, graph.outputs.map(nameOf)), graph.outputs.map(nameOf));
}

/** Adds the node as it is, or with other attributes. */
export function copy(
  builder: GraphBuilder,
  node: Node,
  inputs: readonly string[],
  attributes: Node['attributes'] = node.attributes,
): readonly Alias[] {
  const outputs = builder.addAll(node.op, inputs, attributes, { name: node.name, outputs: node.outputs });
  return outputs.map((tensor) => ({ tensor }));
}
