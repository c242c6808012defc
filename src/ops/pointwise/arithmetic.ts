import type { GraphBuilder } from '../../ir/builder.ts';
import type { Node } from '../../ir/graph.ts';
import type { MakerOf, Op, Squash } from '../../ir/op.ts';
import { binaryOp } from './binary.ts';

/**
 * The four arithmetical operations, which every page has: y = f(a, b) on tensors that broadcast to each other as in numpy, and its
 * derivatives as nodes. Others are in pairs.ts, and what reads these from files in importers.ts.
 */
export const arithmetic: readonly Op[] = [
  // y = a + b.
  binaryOp({
    type: 'add',
    traits: { tail: 'residual', takesInfinity: true },
    gradients: [({ dy }) => dy, ({ dy }) => dy],
  }),
  // y = a − b.
  binaryOp({
    type: 'sub',
    gradients: [({ dy }) => dy, ({ builder, dy }) => negative(builder, dy)],
  }),
  // y = a·b.
  binaryOp({
    type: 'mul',
    gradients: [
      ({ builder, dy, b }) => builder.add('mul', [dy, b]),
      ({ builder, dy, a }) => builder.add('mul', [dy, a]),
    ],
  }),
  // y = a/b; integers are divided towards zero.
  binaryOp({
    type: 'div',
    traits: { squash: writtenOutSoftmax },
    gradients: [
      ({ builder, dy, b }) => builder.add('div', [dy, b]),
      // −dy·y/b
      ({ builder, dy, b, y }) => negative(builder, builder.add('div', [builder.add('mul', [dy, y()]), b])),
    ],
  }),
];

function negative(builder: GraphBuilder, x: string): string {
  return builder.add('mul', [x, builder.scalar(-1)]);
}

/** Some exporters write a softmax out: e^(x − m) / Σ e^(x − m), with the maximum m or without. */
function writtenOutSoftmax({ inputs: [part, whole] }: Node, makerOf: MakerOf): Squash | undefined {
  const [exp, sum] = [makerOf(part!), makerOf(whole!)];
  const axes = sum?.attributes['axes'] as readonly number[] | undefined;
  if (exp?.op !== 'exp' || sum?.op !== 'reduce' || sum.attributes['mode'] !== 'sum') return undefined;
  if (sum.inputs[0] !== part || axes?.length !== 1) return undefined;
  const shifted = makerOf(exp.inputs[0]!);
  const maximum = shifted?.op === 'sub' ? makerOf(shifted.inputs[1]!) : undefined;
  const scores = maximum?.op === 'reduce' && maximum.inputs[0] === shifted!.inputs[0] ? maximum.inputs[0] : undefined;
  return { kind: 'softmax', scores: scores ?? exp.inputs[0]!, axis: axes[0]! };
}
