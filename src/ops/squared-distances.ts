import { defineOp, type Op } from '../ir/op.ts';
import { expectPoints, forEachDistance, launchPairs } from './internal/pairs.ts';

/** ‖xᵢ − xⱼ‖² of all pairs of points: x [d, n] → [n, n]. */
export const squaredDistances: Op = defineOp({
  type: 'squared-distances',
  infer: ({ node, inputs: [x] }) => {
    const [, n] = expectPoints(node, x!);
    return [{ dtype: 'float32', shape: [n, n] }];
  },
  evaluate: ({ node, inputs: [x] }, [xv]) => {
    const [d, n] = expectPoints(node, x!);
    const result = new Float64Array(n * n);
    forEachDistance(xv!, [d, n], (i, j, distance) => (result[i * n + j] = distance));
    return [result];
  },
  launches: ({ inputs: [x], outputs: [y] }) => launchPairs(x!, y!),
  // subtract, multiply, add
  flops: ({ inputs: [x], outputs: [y] }) => 3 * x!.shape[0]! * y!.shape[0]! ** 2,
});
