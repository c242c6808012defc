import { contextOf, type GraphBuilder } from '../../../ir/builder.ts';
import { opOf } from '../../../ops/registry.ts';
import type { BackwardRule, RuleTable } from './rule-tables.ts';

/** Inputs that differ by less than this pass the gradient (the references take 1e-10). */
const SAME = 1e-10;

/**
 * DeepLIFT's rescale rule. `partners`: a tensor of the network that looks at the picture → the same in one that looks at the baseline,
 * in the same graph.
 */
export function rescale(partners: ReadonlyMap<string, string>): RuleTable {
  /** Δ of a tensor: how it differs from the baseline. */
  const difference = (builder: GraphBuilder, tensor: string): string =>
    builder.add('sub', [tensor, partners.get(tensor)!]);

  const activation: BackwardRule = (context) => {
    const { builder, node, dy } = context;
    const changes = difference(builder, node.inputs[0]!);
    const gained = builder.add('mul', [dy[0]!, difference(builder, node.outputs[0]!)]);
    return [shared(builder, changes, gained, opOf(node.op).backward!(context)[0]!)];
  };

  /** With both pictures' outputs y and y₀: max(y, y₀) − y₀ comes from the maximum of the picture, the rest from that of the baseline. */
  const maximum: BackwardRule = (context) => {
    const { builder, node, rules, dy } = context;
    const [x, y] = [node.inputs[0]!, node.outputs[0]!];
    const { backward } = opOf(node.op);
    const adding = { ...rules, overlap: 'accumulate' } as const;
    const more = builder.add('relu', [difference(builder, y)]);
    const less = builder.add('relu', [builder.add('sub', [partners.get(y)!, y])]);
    const other = builder.makerOf(partners.get(y)!)!;
    const toOwn = (signal: string): string => backward!({ ...context, rules: adding, dy: [signal] })[0]!;
    const [toOther] = backward!({
      ...contextOf(other, builder.values),
      builder,
      rules: adding,
      dy: [builder.add('mul', [dy[0]!, less])],
      wanted: [true],
      output: (index) => builder.node(other.name).outputs[index] ?? builder.extend(other.name),
    });
    const gained = builder.add('sub', [toOwn(builder.add('mul', [dy[0]!, more])), toOther!]);
    return [shared(builder, difference(builder, x), gained, toOwn(dy[0]!))];
  };

  return { activation, maximum };
}

/** gained / changes, and the gradient where nothing changes. */
function shared(builder: GraphBuilder, changes: string, gained: string, gradient: string): string {
  const square = builder.add('mul', [changes, changes]);
  const where = (signal: string): string =>
    builder.add('relu-grad', [square, signal], { rule: 'gradient', low: -1, high: SAME ** 2 });
  // 1 where nothing changes: nothing is divided by 0.
  const one = builder.add('add', [builder.add('mul', [square, builder.scalar(0)]), builder.scalar(1)]);
  const divisor = builder.add('add', [changes, where(one)]);
  return builder.add('add', [builder.add('div', [gained, divisor]), where(gradient)]);
}
