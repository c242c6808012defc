import type { Launch } from '../../ir/op.ts';
import { tile } from './tile.ts';

/** A tensor and its strides in elements along outer, inner and two more axes; 0 repeats it. */
export interface Operand {
  readonly tensor: string;
  readonly strides: readonly [number, number, number, number];
}

/** y [outer, inner, m, n] = alpha · a [outer, inner, m, k] · b [outer, inner, k, n] + beta · bias [outer, inner, m, n]. */
export interface Product {
  readonly outer: number;
  readonly inner: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: Operand;
  readonly b: Operand;
  readonly bias?: Operand | undefined;
  readonly alpha?: number;
  readonly beta?: number;
  /** Dense. */
  readonly y: string;
}

/** Launches of a batch of matrix products. */
export function matmul(product: Product): readonly Launch[] {
  const { outer, inner, m, n, k, a, b, bias, alpha = 1, beta = 1, y } = product;
  const tileM = tile(m, 8);
  const tileN = tile(n, 8);
  const tiles = Math.ceil(n / tileN);
  const size = outer * inner * Math.ceil(m / tileM) * tiles;
  if (size === 0) return [];
  return [
    {
      shader: 'nn/matmul',
      constants: { TILE_M: tileM, TILE_N: tileN },
      params: {
        m,
        n,
        k,
        inner,
        a: a.strides,
        b: b.strides,
        bias: bias?.strides ?? [0, 0, 0, 0],
        alpha,
        beta: bias ? beta : 0,
        tiles,
        size,
      },
      bindings: { a: a.tensor, b: b.tensor, bias: (bias ?? a).tensor, y },
      threads: [size, 1, 1],
    },
  ];
}
