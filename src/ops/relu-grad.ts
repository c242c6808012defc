import { defineOp, type Op, type Rules } from '../ir/op.ts';
import { formatShape, sameShape, sizeOf } from '../tensor/shape.ts';
import { shapeError } from './internal/check.ts';
import { elementwise, wgslFloat } from './internal/launch.ts';

export interface ReluGradAttributes {
  readonly rule: Rules['relu'];
  /** Bounds strictly between which the unit counts as active. */
  readonly lo: number;
  readonly hi: number;
}

const RULES = { gradient: 0, guided: 1, deconvnet: 2 } as const;

/** Backward of ReLU and Clip from their output: (y, dy) → dx under a rule of {@link Rules}. */
export const reluGrad: Op = defineOp<ReluGradAttributes>({
  type: 'relu-grad',
  infer: ({ node, inputs: [y, dy] }) => {
    if (!sameShape(y!.shape, dy!.shape)) {
      throw shapeError(node, 'the signal has another shape', formatShape(y!.shape), formatShape(dy!.shape));
    }
    return [{ dtype: dy!.dtype, shape: dy!.shape }];
  },
  launches: ({ attributes: { rule, lo, hi }, inputs: [y, dy], outputs: [dx] }) =>
    elementwise(
      'nn/relu-grad',
      dx!,
      { y: y!.name, dy: dy!.name, dx: dx!.name },
      { lo: wgslFloat(lo), hi: wgslFloat(hi) },
      { RULE: RULES[rule] },
    ),
  flops: ({ outputs: [dx] }) => sizeOf(dx!.shape),
});
