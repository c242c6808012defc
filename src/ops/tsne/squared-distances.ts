import { defineOp, type Op } from '../../ir/op.ts';
import { expectPoints } from './pairs.ts';

/** ‖xᵢ − xⱼ‖² of all pairs of points: x [d, n] → [n, n]. */
export const squaredDistances: Op = defineOp({
  type: 'squared-distances',
  infer: ({ node, inputs: [x] }) => {
    const [, n] = expectPoints(node, x!);
    return [{ dtype: 'float32', shape: [n, n] }];
  },
  // subtract, multiply, add
  flops: ({ inputs: [x], outputs: [y] }) => 3 * x!.shape[0]! * y!.shape[0]! ** 2,
});
