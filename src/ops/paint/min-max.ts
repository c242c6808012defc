import { defineOp, type Op } from '../../ir/op.ts';
import { formatShape, sizeOf } from '../../tensor/shape.ts';
import { shapeError } from '../internal/check.ts';

export interface MinMaxAttributes {
  /** What a row of the result is for. */
  readonly each: 'channel' | 'tensor';
}

/**
 * x [1, c, …] → [c, 3], or any x → [1, 3]: the smallest and the largest finite number, and the place of the first largest in
 * its channel or tensor. NaN, NaN, 0 where no number is finite.
 */
export const minMax: Op = defineOp<MinMaxAttributes>({
  type: 'min-max',
  infer: ({ node, attributes: { each }, inputs: [x] }) => {
    const { shape } = x!;
    if (each === 'tensor') return [{ dtype: 'float32', shape: [1, 3] }];
    if (shape.length < 2 || shape[0] !== 1) {
      throw shapeError(node, 'there are no channels of one image', '1×channels×…', formatShape(shape));
    }
    return [{ dtype: 'float32', shape: [shape[1]!, 3] }];
  },
  flops: ({ inputs: [x] }) => 2 * sizeOf(x!.shape),
});
