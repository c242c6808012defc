import type { Reference } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { sameKind } from '../internal/walk.reference.ts';
import type { ConcatAttributes } from './concat.ts';

export const concat: Reference<ConcatAttributes> = ({ attributes: { axis }, inputs, outputs: [y] }, values) => {
  const result = sameKind(values[0]!, sizeOf(y!.shape));
  const row = sizeOf(y!.shape.slice(axis));
  let start = 0;
  for (const [i, x] of inputs.entries()) {
    const part = sizeOf(x!.shape.slice(axis));
    for (let r = 0; r * part < values[i]!.length; r++) {
      result.set(values[i]!.subarray(r * part, (r + 1) * part), r * row + start);
    }
    start += part;
  }
  return [result];
};
