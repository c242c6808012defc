import { defineOp, type Op } from '../../ir/op.ts';
import { inferSums } from './sums.ts';

/**
 * What the divergence of a t-SNE map from what it shows is made of: p as of `joint-probabilities` and
 * y [2, n] → [3, parts, n], to be added up: Σ w, Σ p and Σ p ln(p / w) with w = 1 / (1 + ‖yᵢ − yⱼ‖²). The divergence
 * KL(P‖Q) is then the third sum plus the second times the logarithm of the first.
 */
export const tsneDivergence: Op = defineOp({
  type: 'tsne-divergence',
  infer: (context) => inferSums(context, 3),
  flops: ({ inputs: [p] }) => 30 * p!.shape[0]! ** 2,
});
