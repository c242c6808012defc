import type { Reference } from '../../ir/op.ts';
import { eachSource } from './bilinear.ts';

export const affine: Reference<object> = ({ inputs: [x] }, [xv, matrix]) => {
  const [, , h, w] = x!.shape as [number, number, number, number];
  const y = new Float64Array(xv!.length);
  for (let plane = 0; plane < y.length; plane += h * w) {
    eachSource(x!.shape, matrix!, (pixel, source, share) => (y[plane + pixel]! += share * xv![plane + source]!));
  }
  return [y];
};
