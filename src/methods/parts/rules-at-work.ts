import { activationsOf } from '../../graph/activations.ts';
import { dependents } from '../../graph/dependents.ts';
import { prune } from '../../graph/prune.ts';
import type { Graph, Node } from '../../ir/graph.ts';
import type { RuleSet } from '../../ir/op.ts';
import { opOf } from '../../ops/registry.ts';
import { append } from '../../tensor/append.ts';

/**
 * Which rule acts at which activation functions on the way from `of` down to `to`, with their numbers: a reader of "guided
 * backpropagation" of a network without a single ReLU has to know that there was nothing to guide. docs/rules.md has the reasons.
 */
export function rulesAtWork(graph: Graph, rules: RuleSet, of: string, to: string): string {
  const roles = activationsOf(graph);
  const reached = dependents(graph, [to]);
  const nodes = prune(graph, [of]).nodes.filter(({ outputs }) => reached.has(outputs[0]!));
  const parts = nodes.filter(({ name }) => roles.get(name) === 'part').map(titleOf);
  const writtenOut = `written out with ${[...new Set(parts)].join(' or ')}`;
  /** What is done → where, once for each node. */
  const work = new Map<string, string[]>();
  for (const node of nodes) {
    const role = roles.get(node.name);
    if (!role || role === 'part') continue;
    const { relu } = typeof rules === 'function' ? rules(node) : rules;
    const done = relu === 'gradient' || role === 'rectifier' ? relu : 'the gradient of the positive part of the signal';
    append(work, done, opOf(node.op).activation ? titleOf(node) : writtenOut);
  }
  const acts = [...work].map(([done, places]) => {
    const counts = [...new Set(places)].map((place) => `${places.filter((other) => other === place).length} ${place}`);
    return `${done} at ${counts.join(', ')}; `;
  });
  return `Rules at work: ${acts.join('')}the gradient everywhere else.`;
}

function titleOf({ op, attributes }: Node): string {
  return opOf(op).title?.(attributes) ?? op;
}
