import { contextOf, type GraphBuilder } from '../../../ir/builder.ts';
import type { Node } from '../../../ir/graph.ts';
import { opOf } from '../../../ops/registry.ts';
import { float32 } from '../../../tensor/tensor.ts';
import { RULES } from '../../../graph/differentiate.ts';
import type { BackwardRule } from './rule-tables.ts';
import type { SignalRules } from './signals.ts';

/** Keeps a denominator from 0: below any activation that matters. */
const TINY = 1e-20;

/** The signal passes as it is. */
export const passOn: BackwardRule = ({ dy, node }) => node.inputs.map((_, i) => (i === 0 ? dy[0] : undefined));

/**
 * A node shares what comes to it out among its inputs, in proportion to what each gives of what is positive: P(x) = x · w⁺ · P(y) / Σ x ·
 * w⁺ (Zhang et al. 2016, eq. 4), for whatever adds up.
 */
const shareOut: BackwardRule = (context) => {
  const { builder, node, dy } = context;
  const op = opOf(node.op);
  // Of an extreme, that takes all
  if (op.sumScale && op.sumScale(context) === undefined) return op.backward!(context);
  const like = positivePart(builder, node);
  if (!like) return passOn(context);
  const positive = builder.makerOf(like)!;
  const share = builder.add('div', [dy[0]!, builder.add('add', [like, builder.scalar(TINY)])]);
  const back = opOf(node.op).backward!({
    ...contextOf(positive, builder.values),
    builder,
    rules: context.rules,
    dy: [share],
    wanted: positive.inputs.map((_, i) => context.wanted[i] ?? false),
    output: (index) => builder.node(positive.name).outputs[index] ?? builder.extend(positive.name),
  });
  return positive.inputs.map((input, i) => back[i] && builder.add('mul', [input, back[i]]));
};

/** The same node of positive activations and weights, without a bias; undefined where there are no numbers to take the weights of. */
function positivePart(builder: GraphBuilder, { op, inputs, attributes, name }: Node): string | undefined {
  const { product } = opOf(op);
  const taken = product ? inputs.slice(0, 2) : inputs;
  const positive: string[] = [];
  for (const input of taken) {
    const weights = builder.constantOf(input);
    if (weights && !product) return undefined;
    if (weights && !(weights.data instanceof Float32Array)) return undefined;
    positive.push(
      weights
        ? builder.constant(
            `${input}/positive`,
            float32(
              weights.shape,
              weights.data.map((w) => Math.max(w, 0)),
            ),
          )
        : builder.add('relu', [input]),
    );
  }
  return builder.add(op, positive, attributes, { name: `${name}/positive` });
}

/** Excitation backpropagation: of what is not linear only pools are left, whose maximum takes all. */
export const EXCITATION: SignalRules = {
  rules: { ...RULES.gradient, lrn: 'identity' },
  table: {
    product: shareOut,
    sum: shareOut,
    join: shareOut,
    activation: passOn,
    perChannel: passOn,
    function: passOn,
  },
};
