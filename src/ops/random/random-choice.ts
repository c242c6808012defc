import { defineOp, type Op } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { expectRank, shapeError } from '../internal/check.ts';

export interface DrawAttributes {
  /** Whole numbers below 2³². */
  readonly seed: number;
  /** Tells the draws of a step apart. */
  readonly stream: number;
}

/** Rows that a 16-bit number can tell apart. */
const MOST_ROWS = 2 ** 16;

/**
 * (step [], values [rows, size]) → [size]: a row by chance. The generator is a counter: the same seed, stream and step give
 * the same row, on every device and in whatever portions steps are run.
 */
export const randomChoice: Op = defineOp<DrawAttributes>({
  type: 'random-choice',
  infer: ({ node, inputs: [step, values] }) => {
    expectRank(node, 'the step', step!, 0);
    expectRank(node, 'the list of values', values!, 2);
    const [rows, size] = values!.shape as [number, number];
    if (rows < 1 || rows >= MOST_ROWS) {
      throw shapeError(node, 'there is nothing to choose from', `1 to ${String(MOST_ROWS - 1)} rows`, String(rows));
    }
    return [{ dtype: 'float32', shape: [size] }];
  },
  flops: ({ outputs: [y] }) => sizeOf(y!.shape),
});
