import type { Reference } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { shapeError } from '../internal/check.ts';
import { sameKind } from '../internal/walk.reference.ts';
import type { GatherAttributes } from './gather.ts';

export const gather: Reference<GatherAttributes> = ({ node, attributes: { axis }, inputs: [x] }, [xv, indices]) => {
  const size = x!.shape[axis]!;
  const inner = sizeOf(x!.shape.slice(axis + 1));
  const outer = sizeOf(x!.shape.slice(0, axis));
  const result = sameKind(xv!, outer * indices!.length * inner);
  let to = 0;
  for (let o = 0; o < outer; o++) {
    for (const index of indices!) {
      const at = index < 0 ? index + size : index;
      if (!(at >= 0 && at < size)) {
        throw shapeError(node, 'an index is out of range', `−${String(size)} to ${String(size - 1)}`, String(index));
      }
      const from = (o * size + at) * inner;
      result.set(xv!.subarray(from, from + inner), to);
      to += inner;
    }
  }
  return [result];
};
