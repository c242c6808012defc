import type { Reference } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { type ResampleAttributes, sizesOf } from './resample.ts';

export const resample: Reference<ResampleAttributes> = (context, [xv, first, weights]) => {
  const { inner, along_x: from, along_y: to, taps } = sizesOf(context);
  return [
    Float64Array.from({ length: sizeOf(context.outputs[0]!.shape) }, (_, i) => {
      const row = Math.floor(i / inner);
      const at = row % to;
      const start = (((row - at) / to) * from + first![at]!) * inner + (i % inner);
      let sum = 0;
      for (let t = 0; t < taps; t++) sum += weights![at * taps + t]! * xv![start + t * inner]!;
      return sum;
    }),
  ];
};
