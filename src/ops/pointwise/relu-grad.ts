import { defineOp, type Op, type Rules } from '../../ir/op.ts';
import { formatShape, sameShape, sizeOf } from '../../tensor/shape.ts';
import { shapeError } from '../internal/check.ts';
import { epilogueOf, masking } from '../internal/epilogue.ts';
import { elementwise, SEVERAL } from '../internal/launch.ts';

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
  launches: ({ attributes, inputs: [y, dy], outputs: [dx] }) => {
    const { constants, params, operand } = epilogueOf(masking(attributes, y!.name), y!.name);
    return elementwise('pointwise/relu-grad', dx!, { dy: dy!.name, operand, dx: dx!.name }, params, {
      ...constants,
      ...SEVERAL,
    });
  },
  flops: ({ outputs: [dx] }) => sizeOf(dx!.shape),
});
