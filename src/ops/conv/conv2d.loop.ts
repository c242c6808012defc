import { convolution } from '../../cpu/convolution.ts';
import { inOrder } from '../../cpu/filters.ts';
import { clipping, type ClipAttributes } from '../internal/epilogue.ts';
import type { Loop } from '../loop.ts';
import { convGeometry, type ConvAttributes } from './geometry.ts';
import { loweredOf } from './lowered.ts';

export const conv2d: Loop<ConvAttributes & ClipAttributes> = (
  { node, attributes, inputs: [x, w, , residual] },
  machine,
) => {
  const shape = convGeometry(node, x!.shape, w!.shape, attributes);
  const plan = convolution(machine, shape, inOrder(shape), clipping(attributes, residual?.name));
  return loweredOf(plan, { bias: 2, operand: 3 });
};
