import type { Reference } from '../../ir/op.ts';
import { rowsOf, type SoftmaxAttributes } from './softmax.ts';

export const softmax: Reference<SoftmaxAttributes> = ({ attributes: { axis, log }, inputs: [x] }, [xv]) => {
  const { rows, length, stride } = rowsOf(x!.shape, axis);
  const result = new Float64Array(xv!.length);
  for (let row = 0; row < rows; row++) {
    const start = Math.floor(row / stride) * length * stride + (row % stride);
    const places = Array.from({ length }, (_, k) => start + k * stride);
    const top = places.reduce((max, at) => Math.max(max, xv![at]!), -Infinity);
    const sum = places.reduce((total, at) => total + Math.exp(xv![at]! - top), 0);
    for (const at of places) {
      const shifted = xv![at]! - top;
      result[at] = log ? shifted - Math.log(sum) : Math.exp(shifted) / sum;
    }
  }
  return [result];
};
