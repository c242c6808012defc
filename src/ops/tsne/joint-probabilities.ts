import { defineOp, type Op } from '../../ir/op.ts';
import { expectAxis, expectRank } from '../internal/check.ts';
import { expectPoints, jointColumns } from './pairs.ts';

/**
 * How much t-SNE wants each pair of points together: points x [d, n] and what `perplexity` says of them [3, n] →
 * [n, n rounded up to 4], symmetric, zero on the diagonal and beyond, of sum 1: pᵢⱼ = (p(j|i) + p(i|j)) / 2n (van der Maaten & Hinton 2008, §3.1).
 * Distances are computed once more, so that no two matrices of this size are needed at once.
 */
export const jointProbabilities: Op = defineOp({
  type: 'joint-probabilities',
  infer: ({ node, inputs: [x, rows] }) => {
    const [, n] = expectPoints(node, x!);
    expectRank(node, 'rows', rows!, 2);
    expectAxis(node, 'rows', rows!, 0, 3);
    expectAxis(node, 'rows', rows!, 1, n);
    return [{ dtype: 'float32', shape: [n, jointColumns(n)] }];
  },
  // the distance; twice a difference, a product, an exponential, a product; a sum and a quotient
  flops: ({ inputs: [x], outputs: [y] }) => (3 * x!.shape[0]! + 10) * y!.shape[0]! ** 2,
});
