import { ShapeError, UnsupportedOpError, type UnsupportedNode } from '../errors.ts';
import { contextOf } from '../ir/builder.ts';
import type { Attributes, Graph, Node } from '../ir/graph.ts';
import type { Capabilities, NodeContext, Op } from '../ir/op.ts';
import { MAX_LAUNCH_OPERATIONS, MAX_LAUNCHES } from '../limits.ts';
import { opOf } from '../ops/registry.ts';
import { sizeOf } from '../tensor/shape.ts';
import { arrange, costed, type Plan, type PlannedLaunch } from './arrange.ts';
import { inSlots } from './slots.ts';
import { signatureOf, type Tuning } from './tuning.ts';

/** What every device can do. */
const PLAIN: Capabilities = { subgroups: false, adapter: 'integrated' };

function launchesOf(graph: Graph, capabilities: Capabilities, tuning: Tuning): PlannedLaunch[] {
  const unsupported: UnsupportedNode[] = [];
  let total = 0;
  const planned = graph.nodes.flatMap((node) => {
    const op = opOf(node.op);
    if (op.view) return [];
    if (!op.launches) {
      unsupported.push({ op: node.op, node: node.name, reason: 'runs on constants only, and its inputs are not' });
      return [];
    }
    const context = tuned(contextOf(node, graph.values), op, capabilities, tuning);
    if (context.outputs.every(({ shape }) => sizeOf(shape) === 0)) return [];
    const launches = op.launches(context, capabilities).filter(({ threads }) => !threads.includes(0));
    const planned = costed(context, op, launches);
    total += planned.length;
    const flops = planned[0]?.flops ?? 0;
    if (flops > MAX_LAUNCH_OPERATIONS || total > MAX_LAUNCHES) throw tooMuch(node, flops);
    return planned;
  });
  if (unsupported.length > 0) throw new UnsupportedOpError(unsupported, { where: graph.name });
  return planned;
}

function tooMuch({ op, name }: Node, flops: number): ShapeError {
  const where = `${op} "${name}"`;
  const amount = (n: number): string => Math.round(n).toLocaleString('en');
  if (flops > MAX_LAUNCH_OPERATIONS) {
    const expected = `at most ${amount(MAX_LAUNCH_OPERATIONS)}`;
    return new ShapeError('too many operations at once', { where, expected, got: amount(flops) });
  }
  return new ShapeError('the graph takes too many launches', { where, expected: `at most ${amount(MAX_LAUNCHES)}` });
}

/** With the variant that was measured to be fastest, unless the node names one or that one cannot be used here. */
function tuned(
  context: NodeContext<Attributes>,
  op: Op,
  capabilities: Capabilities,
  tuning: Tuning,
): NodeContext<Attributes> {
  const { attributes } = context;
  if (tuning.size === 0 || !op.variants || attributes['variant'] !== undefined) return context;
  const variant = tuning.get(signatureOf(context));
  if (variant === undefined || !op.variants(context, capabilities).includes(variant)) return context;
  return { ...context, attributes: { ...attributes, variant } };
}

/** Plans a run on a device, of which {@link loadLaunches} must know the operations. */
export function plan(graph: Graph, capabilities: Capabilities = PLAIN, tuning: Tuning = new Map()): Plan {
  return arrange(graph, launchesOf(graph, capabilities, tuning), inSlots);
}
