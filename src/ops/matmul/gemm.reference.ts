import type { Reference } from '../../ir/op.ts';
import { applyEpilogue } from '../internal/epilogue.reference.ts';
import { clipping } from '../internal/epilogue.ts';
import { type GemmAttributes, operands } from './gemm.ts';
import { addProduct } from './product.reference.ts';

export const gemm: Reference<GemmAttributes> = (context, [av, bv, cv]) => {
  const { m, n, k, a, b, c } = operands(context);
  const { alpha, beta } = context.attributes;
  const y = new Float64Array(m * n);
  const [left, right] = [
    { data: av!, at: 0, strides: a },
    { data: bv!, at: 0, strides: b },
  ] as const;
  addProduct({ data: y, at: 0 }, [m, n, k], left, right, alpha);
  for (let i = 0; i < m && c; i++) {
    for (let j = 0; j < n; j++) y[i * n + j]! += beta * cv![i * c[0] + j * c[1]]!;
  }
  return [applyEpilogue(y, clipping(context.attributes))];
};
