import { ALL, along, anywhere } from '../../ir/dependence.ts';
import { defineOp, type Op } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { inferAffine } from './bilinear.ts';

/** Adjoint of `affine` in x: (dy [n, c, h, w], matrix [4]) → dx. */
export const affineGrad: Op = defineOp({
  type: 'affine-grad',
  dependence: ({ inputs: [, matrix] }) => [[along(0), along(1), ALL, ALL], anywhere(matrix!)],
  infer: inferAffine,
  flops: ({ outputs: [dx] }) => 8 * sizeOf(dx!.shape),
});
