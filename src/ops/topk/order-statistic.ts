import { defineOp, type Op } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { shapeError } from '../internal/check.ts';

export interface OrderStatisticAttributes {
  /** How many of the numbers come before the one that is asked for, in ascending order. */
  readonly rank: number;
}

/** The number of x, any shape and none negative, at a place of their ascending order, NaN behind ∞: a scalar. */
export const orderStatistic: Op = defineOp<OrderStatisticAttributes>({
  type: 'order-statistic',
  infer: ({ node, attributes: { rank }, inputs: [x] }) => {
    const size = sizeOf(x!.shape);
    if (!(Number.isInteger(rank) && rank >= 0 && rank < size)) {
      throw shapeError(node, 'there is no such place', `0 to ${String(size - 1)}`, String(rank));
    }
    return [{ dtype: 'float32', shape: [] }];
  },
  // One pass over x for each bit of a positive float
  flops: ({ inputs: [x] }) => 31 * sizeOf(x!.shape),
});
