import { defineOp, type Op } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { expectAxis, expectRank } from '../internal/check.ts';

/**
 * Gradient of the divergence of a t-SNE map: the sums [5, parts, n] of `tsne-forces`, z = Σ w over all pairs [1] and the
 * exaggeration [1] → [2, n]: 4 (exaggeration · pull − push / z) (van der Maaten & Hinton 2008, eq. 5).
 */
export const tsneGradient: Op = defineOp({
  type: 'tsne-gradient',
  infer: ({ node, inputs: [sums, z, exaggeration] }) => {
    expectRank(node, 'sums', sums!, 3);
    expectAxis(node, 'sums', sums!, 0, 5);
    expectAxis(node, 'z', z!, 0, 1);
    expectAxis(node, 'exaggeration', exaggeration!, 0, 1);
    return [{ dtype: 'float32', shape: [2, sums!.shape[2]!] }];
  },
  flops: ({ inputs: [sums] }) => sizeOf(sums!.shape),
});
