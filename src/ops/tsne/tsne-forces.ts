import { defineOp, type Op } from '../../ir/op.ts';
import { inferSums } from './sums.ts';

/**
 * What moves each point of a t-SNE map: p as of `joint-probabilities` and y [2, n] → [5, parts, n], to be
 * added up over the parts: Σ w, then x and y of Σ p w (yᵢ − yⱼ) and of Σ w² (yᵢ − yⱼ), where w = 1 / (1 + ‖yᵢ − yⱼ‖²).
 */
export const tsneForces: Op = defineOp({
  type: 'tsne-forces',
  infer: (context) => inferSums(context, 5),
  flops: ({ inputs: [p] }) => 18 * p!.shape[0]! ** 2,
});
