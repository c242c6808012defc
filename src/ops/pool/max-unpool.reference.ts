import type { Reference } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import type { MaxUnpoolAttributes } from './max-unpool.ts';

export const maxUnpool: Reference<MaxUnpoolAttributes> = (
  { attributes: { overlap }, outputs: [dx] },
  [dyv, switches],
) => {
  const result = new Float64Array(sizeOf(dx!.shape));
  for (const [i, signal] of dyv!.entries()) {
    const place = switches![i]!;
    if (place < result.length) result[place] = signal + (overlap === 'accumulate' ? result[place]! : 0);
  }
  return [result];
};
