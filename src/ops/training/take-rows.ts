import { defineOp, type Op } from '../../ir/op.ts';
import { formatShape, sizeOf } from '../../tensor/shape.ts';
import { expectRank, shapeError } from '../internal/check.ts';

export interface TakeRowsAttributes {
  /** Rows that are taken. */
  readonly count: number;
  /** Of a row as it is returned. */
  readonly shape: readonly number[];
  /** The rows are bytes, four to a uint32, the first in the lowest: those of pictures take a quarter of the memory so. */
  readonly packed: boolean;
}

/** Numbers of x that a row takes. */
export function rowLength({ shape, packed }: TakeRowsAttributes): number {
  return packed ? Math.ceil(sizeOf(shape) / 4) : sizeOf(shape);
}

/**
 * Some rows of x, another few in each step: (x [rows, …] float32, or uint32 where they are packed; step []; order uint32
 * [places], the places one after the other without it) → float32 [count, …shape], where row i is x[order[step · count + i]].
 * After the last place comes the first again. So a mini-batch is found on the device where the pictures are.
 */
export const takeRows: Op = defineOp<TakeRowsAttributes>({
  type: 'take-rows',
  infer: ({ node, attributes, inputs: [x, step, order] }) => {
    expectRank(node, 'the step', step!, 0);
    if (order) expectRank(node, 'the order', order, 1);
    const { count, shape, packed } = attributes;
    const length = sizeOf(x!.shape.slice(1));
    const dtype = packed ? 'uint32' : 'float32';
    if (!(sizeOf(x!.shape) > 0 && count > 0 && length === rowLength(attributes)) || x!.dtype !== dtype) {
      const expected = `at least one row of ${String(rowLength(attributes))} ${dtype}`;
      throw shapeError(node, 'the rows do not fit', expected, `${formatShape(x!.shape)} ${x!.dtype}`);
    }
    return [{ dtype: 'float32', shape: [count, ...shape] }];
  },
});
