import type { Reference } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import type { BatchNormAttributes } from './batch-norm.ts';

export const batchNorm: Reference<BatchNormAttributes> = (
  { attributes: { epsilon }, inputs: [x] },
  [xv, scale, bias, mean, variance],
) => {
  const [, c = 1, ...rest] = x!.shape;
  const inner = sizeOf(rest);
  return [
    xv!.map((v, i) => {
      const k = Math.floor(i / inner) % c;
      return ((v - mean![k]!) / Math.sqrt(variance![k]! + epsilon)) * scale![k]! + bias![k]!;
    }),
  ];
};
