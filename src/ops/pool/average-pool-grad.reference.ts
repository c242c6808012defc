import type { Reference } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { poolWindows } from '../internal/window.ts';
import type { AveragePoolGradAttributes } from './average-pool-grad.ts';
import { averages } from './average.ts';

export const averagePoolGrad: Reference<AveragePoolGradAttributes> = ({ node, attributes, outputs: [dx] }, [dyv]) => {
  const result = new Float64Array(sizeOf(dx!.shape));
  const windows = poolWindows(node, dx!.shape, attributes);
  averages(windows, attributes, dyv!.length, (window, place, divisor) => {
    result[place]! += dyv![window]! / divisor;
  });
  return [result];
};
