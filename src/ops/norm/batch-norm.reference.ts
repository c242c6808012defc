import type { Reference } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { sameKind } from '../internal/walk.reference.ts';
import type { BatchNormAttributes } from './batch-norm.ts';

export const batchNorm: Reference<BatchNormAttributes> = (
  { attributes: { epsilon }, inputs: [x] },
  [xv, scale, bias, mean, variance],
) => {
  const [, c = 1, ...rest] = x!.shape;
  const inner = sizeOf(rest);
  const y = sameKind(xv!, xv!.length);
  for (let at = 0, plane = 0; at < y.length; plane++) {
    const k = plane % c;
    const [centre, gain, offset] = [mean![k]!, scale![k]! / Math.sqrt(variance![k]! + epsilon), bias![k]!];
    for (const end = at + inner; at < end; at++) y[at] = (xv![at]! - centre) * gain + offset;
  }
  return [y];
};
