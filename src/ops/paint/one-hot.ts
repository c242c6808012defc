import { defineOp, type Op } from '../../ir/op.ts';
import { formatShape } from '../../tensor/shape.ts';
import { shapeError } from '../internal/check.ts';

export interface OneHotAttributes {
  /** [1, c, …] */
  readonly shape: readonly number[];
}

/** Instead of a place: where the channel is strongest. */
export const STRONGEST_PLACE = 0xffffffff;

/**
 * (extents [c, 3], unit uint32 [2]: channel and place in it) → a tensor [1, c, …] that is 1 for this unit and 0 elsewhere: where a
 * backward pass starts.
 */
export const oneHot: Op = defineOp<OneHotAttributes>({
  type: 'one-hot',
  infer: ({ node, attributes: { shape }, inputs: [extents] }) => {
    if (shape[0] !== 1 || shape[1] !== extents!.shape[0]) {
      const expected = `${formatShape(shape.slice(1, 2))}×3`;
      throw shapeError(node, 'the extents are not those of the channels', expected, formatShape(extents!.shape));
    }
    return [{ dtype: 'float32', shape }];
  },
});
