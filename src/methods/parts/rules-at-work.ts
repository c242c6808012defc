import { activationsOf } from '../../graph/activations.ts';
import { dependents } from '../../graph/dependents.ts';
import { prune } from '../../graph/prune.ts';
import type { Graph, Node } from '../../ir/graph.ts';
import type { RuleSet } from '../../ir/op.ts';
import { opOf } from '../../ops/registry.ts';

/**
 * Which rule acts at which activation functions on the way from `of` down to `to`, with their numbers: a reader of "guided
 * backpropagation" of a network without a single ReLU has to know that there was nothing to guide. docs/rules.md has the reasons.
 */
export function rulesAtWork(graph: Graph, rules: RuleSet, of: string, to: string): string {
  const roles = activationsOf(graph);
  const reached = dependents(graph, [to]);
  const parts = new Set<string>();
  /** What is done → where → how often. */
  const work = new Map<string, Map<string, number>>();
  for (const node of prune(graph, [of]).nodes) {
    const role = roles.get(node.name);
    if (!role || !node.inputs.some((input) => reached.has(input))) continue;
    if (role === 'part') {
      parts.add(titleOf(node));
      continue;
    }
    const { relu } = typeof rules === 'function' ? rules(node) : rules;
    const done = relu !== 'gradient' && role === 'smooth' ? 'the gradient of the positive part of the signal' : relu;
    const places = work.get(done) ?? new Map<string, number>();
    const place = opOf(node.op).activation ? titleOf(node) : WRITTEN_OUT;
    work.set(done, places.set(place, (places.get(place) ?? 0) + 1));
  }
  if (work.size === 0) return 'No activation function is on the way: this is the gradient.';
  const listed = [...work].map(([done, places]) => {
    const counts = [...places].map(([place, count]) => `${String(count)} ${nameOf(place, count, parts)}`);
    return `${done} at ${counts.join(', ')}`;
  });
  return `Rules at work: ${listed.join('; ')}; the gradient everywhere else.`;
}

/** An op of arithmetic that is an activation function of one tensor. */
const WRITTEN_OUT = '';

function nameOf(place: string, count: number, parts: ReadonlySet<string>): string {
  return place === WRITTEN_OUT
    ? `function${count === 1 ? '' : 's'} written out with ${[...parts].join(' or ')}`
    : place;
}

function titleOf({ op, attributes }: Node): string {
  return opOf(op).title?.(attributes) ?? op;
}
