import { ALL, along, anywhere } from '../../ir/dependence.ts';
import { defineOp, type Op } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { inferAffine } from './bilinear.ts';

/**
 * (x [n, c, h, w], matrix [4]) → x turned or scaled about its middle: the pixel at p shows what lies at middle + matrix ·
 * (p − middle) (down, right), bilinearly interpolated, and 0 beyond the border. The gradient goes to x alone.
 */
export const affine: Op = defineOp({
  type: 'affine',
  dependence: ({ inputs: [, matrix] }) => [[along(0), along(1), ALL, ALL], anywhere(matrix!)],
  infer: inferAffine,
  backward: ({ builder, node, dy: [dy] }) => [builder.add('affine-grad', [dy!, node.inputs[1]!])],
  flops: ({ outputs: [y] }) => 8 * sizeOf(y!.shape),
});
