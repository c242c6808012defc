import { along, windows } from '../../ir/dependence.ts';
import { defineOp, type Op } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import type { LrnAttributes } from './neighbours.ts';
import { expectShape } from '../internal/window.ts';

/** Input gradient of local response normalisation: x, dy [n, c, …] → dx. */
export const lrnGrad: Op = defineOp<LrnAttributes>({
  type: 'lrn-grad',
  // A neighbour's denominator has neighbours of its own.
  dependence: ({ attributes: { size }, inputs }) =>
    inputs.map((value, i) =>
      value!.shape.map((_, axis) => {
        const taps =
          i === 0 ? { kernel: 2 * size - 1, before: size - 1 } : { kernel: size, before: Math.ceil((size - 1) / 2) };
        return axis === 1 ? windows(1, { stride: 1, dilation: 1, ...taps }) : along(axis);
      }),
    ),
  infer: ({ node, inputs: [x, dy] }) => {
    expectShape(node, 'dy', dy!.shape, x!.shape);
    return [{ dtype: 'float32', shape: x!.shape }];
  },
  flops: ({ attributes, inputs: [x] }) => {
    const size = Math.min(attributes.size, x!.shape[1]!);
    return sizeOf(x!.shape) * size * (2 * size + 8);
  },
});
