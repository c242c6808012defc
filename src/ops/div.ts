import type { Node } from '../ir/graph.ts';
import type { MakerOf, Op, Squash } from '../ir/op.ts';
import { binaryOp } from './internal/binary.ts';

/** y = a/b, broadcasting. */
export const div: Op = binaryOp({
  type: 'div',
  traits: { squash: writtenOutSoftmax },
  gradients: [
    ({ builder, dy, b }) => builder.add('div', [dy, b]),
    // −dy·y/b
    ({ builder, dy, b, y }) => builder.add('neg', [builder.add('div', [builder.add('mul', [dy, y()]), b])]),
  ],
});

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
