import { defineOp, type Op, type Rules } from '../../ir/op.ts';
import { formatShape, sameShape, sizeOf } from '../../tensor/shape.ts';
import { shapeError } from '../internal/check.ts';

export interface ReluGradAttributes {
  readonly rule: Rules['relu'];
  /** Bounds strictly between which the unit counts as active. */
  readonly low: number;
  readonly high: number;
}

/** Backward of ReLU and Clip from their output: (y, dy) → dx under a rule of {@link Rules}. */
export const reluGrad: Op = defineOp<ReluGradAttributes>({
  type: 'relu-grad',
  pointwise: 'arithmetic',
  tail: 'mask',
  infer: ({ node, inputs: [y, dy] }) => {
    if (!sameShape(y!.shape, dy!.shape)) {
      throw shapeError(node, 'the signal has another shape', formatShape(y!.shape), formatShape(dy!.shape));
    }
    return [{ dtype: dy!.dtype, shape: dy!.shape }];
  },
  flops: ({ outputs: [dx] }) => sizeOf(dx!.shape),
});
