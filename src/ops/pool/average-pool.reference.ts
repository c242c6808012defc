import type { Reference } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { poolWindows } from '../internal/window.ts';
import { type AveragePoolAttributes, averages } from './average.ts';

export const averagePool: Reference<AveragePoolAttributes> = (
  { node, attributes, inputs: [x], outputs: [y] },
  [xv],
) => {
  const means = new Float64Array(sizeOf(y!.shape));
  const windows = poolWindows(node, x!.shape, attributes);
  averages(windows, attributes, means.length, (window, place, divisor) => {
    means[window]! += xv![place]! / divisor;
  });
  return [means];
};
