import type { Reference } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { STRONGEST_PLACE, type OneHotAttributes } from './one-hot.ts';

export const oneHot: Reference<OneHotAttributes> = ({ attributes: { shape } }, [extents, unit]) => {
  const [channel, place] = unit! as unknown as [number, number];
  const result = new Float64Array(sizeOf(shape));
  const plane = sizeOf(shape.slice(2));
  result[channel * plane + (place === STRONGEST_PLACE ? extents![3 * channel + 2]! : place)] = 1;
  return [result];
};
