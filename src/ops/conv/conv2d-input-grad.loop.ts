import { convolution } from '../../cpu/convolution.ts';
import { transposed } from '../../cpu/transposed.ts';
import { masking } from '../internal/epilogue.ts';
import type { Loop } from '../loop.ts';
import { inputGradient } from './call.ts';
import type { InputGradAttributes } from './conv2d-input-grad.ts';
import { convGeometry } from './geometry.ts';
import { loweredOf } from './lowered.ts';

/** Without a stride there is one phase, a convolution of the signals; else their products are added up. */
export const conv2dInputGrad: Loop<InputGradAttributes> = (context, machine) => {
  const {
    node,
    attributes,
    inputs: [, w, mask],
    outputs: [dx],
  } = context;
  const shape = convGeometry(node, dx!.shape, w!.shape, attributes);
  const finish = masking(attributes, mask?.name);
  const { h: rows, w: columns } = shape.windows;
  if (rows.stride * columns.stride > 1) return loweredOf(transposed(machine, shape, finish), { operand: 2 });
  const [{ geometry, filters }] = inputGradient(context) as [ReturnType<typeof inputGradient>[number]];
  return loweredOf(convolution(machine, geometry, filters, finish), { operand: 2 });
};
