import type { Reference } from '../../ir/op.ts';
import { eachSource } from './bilinear.ts';

export const affineGrad: Reference<object> = ({ inputs: [dy] }, [dyv, matrix]) => {
  const [, , h, w] = dy!.shape as [number, number, number, number];
  const dx = new Float64Array(dyv!.length);
  for (let plane = 0; plane < dx.length; plane += h * w) {
    eachSource(dy!.shape, matrix!, (pixel, source, share) => (dx[plane + source]! += share * dyv![plane + pixel]!));
  }
  return [dx];
};
