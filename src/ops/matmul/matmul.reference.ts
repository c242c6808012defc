import type { Reference } from '../../ir/op.ts';
import { walkIndices } from '../internal/walk.reference.ts';
import { type MatMulAttributes, sizesOf } from './matmul.ts';
import { addProduct } from './product.reference.ts';

export const matmul: Reference<MatMulAttributes> = (context, [av, bv]) => {
  const { m, n, k, batch, a, b } = sizesOf(context);
  const [aAt, bAt] = batch.strides.map((strides) => walkIndices(batch.shape, strides)) as [Int32Array, Int32Array];
  const data = new Float64Array(aAt.length * m * n);
  for (const [i, at] of aAt.entries()) {
    const [left, right] = [
      { data: av!, at, strides: a },
      { data: bv!, at: bAt[i]!, strides: b },
    ] as const;
    addProduct({ data, at: i * m * n }, [m, n, k], left, right);
  }
  return [data];
};
