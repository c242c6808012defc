import type { Graph, Node } from '../ir/graph.ts';
import type { Op } from '../ir/op.ts';
import { opOf } from '../ops/registry.ts';

/** What a node is to the rules of `Rules.relu`: an activation function, or a part of one that is written out. */
export type ActivationRole = NonNullable<Op['activation']> | 'part';

/** How many nodes back the tensor is looked for that a function is of: GELU by tanh has nine, between which others may stand. */
const LONGEST = 64;

/**
 * The activation functions of a graph, by the name of their nodes. Files often write them out: x·(1 + erf(x/√2))/2 is GELU, which
 * is one function of x, and no erf that happens to be multiplied. So where a node joins several ways from one tensor, and all on
 * them is pointwise with an activation function among it, the node is a `smooth` one and those before it are parts.
 */
export function activationsOf({ nodes, constants }: Graph): ReadonlyMap<string, ActivationRole> {
  const roles = new Map<string, ActivationRole>();
  const varying = ({ inputs }: Node): string[] => inputs.filter((name) => !constants.has(name));
  for (const [at, node] of nodes.entries()) {
    const { activation, pointwise } = opOf(node.op);
    if (activation) roles.set(node.name, activation);
    // Ways back whose ends are open, until they meet in one tensor. As nodes are in order, none is passed before it can be met.
    const open = new Set(pointwise && varying(node));
    const parts: string[] = [];
    for (let i = at - 1; open.size > 1 && i >= at - LONGEST && i >= 0; i--) {
      const part = nodes[i]!;
      if (!open.has(part.outputs[0]!)) continue;
      if (!opOf(part.op).pointwise) break;
      open.delete(part.outputs[0]!);
      for (const name of varying(part)) open.add(name);
      if (roles.has(part.name)) parts.push(part.name);
    }
    if (open.size !== 1 || parts.length === 0) continue;
    for (const name of parts) roles.set(name, 'part');
    roles.set(node.name, 'smooth');
  }
  return roles;
}
