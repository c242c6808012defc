import { sizeOf } from '../../tensor/shape.ts';
import { overTensors } from '../internal/loops.ts';
import type { Loop } from '../loop.ts';
import { rowsOf, type SoftmaxAttributes } from './softmax.ts';

/** An exponential costs as much as so many multiplications. */
const EXPONENTIAL = 8;

export const softmax: Loop<SoftmaxAttributes> = (context, machine) => {
  const { attributes, inputs } = context;
  const { shape } = inputs[0]!;
  const size = sizeOf(shape);
  const { length, stride } = rowsOf(shape, attributes.axis);
  const rows = size === 0 ? 0 : size / length;
  return overTensors(context, machine, [rows, 2 * EXPONENTIAL * size], ({ inputs: [x], outputs: [y] }, from, to) => {
    for (let row = from; row < to; row++) {
      const start = Math.floor(row / stride) * length * stride + (row % stride);
      const end = start + length * stride;
      let top = -Infinity;
      for (let at = start; at < end; at += stride) top = Math.max(top, x![at]!);
      let sum = 0;
      for (let at = start; at < end; at += stride) sum += Math.exp(x![at]! - top);
      const shift = Math.log(sum);
      for (let at = start; at < end; at += stride)
        y![at] = attributes.log ? x![at]! - top - shift : Math.exp(x![at]! - top) / sum;
    }
  });
};
