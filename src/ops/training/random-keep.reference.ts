import type { Reference } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { chance } from '../internal/chance.ts';
import { keeping, type KeepAttributes } from './random-keep.ts';

export const randomKeep: Reference<KeepAttributes> = ({ attributes: { shape, rate, seed, stream } }, [step]) => {
  const { threshold, scale } = keeping(rate);
  return [
    Float64Array.from({ length: sizeOf(shape) }, (_, i) =>
      chance(seed, stream, step![0]!, i) >>> 8 < threshold ? 0 : scale,
    ),
  ];
};
