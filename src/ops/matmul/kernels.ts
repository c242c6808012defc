import type { Launch } from '../../ir/op.ts';
import { type Epilogue } from '../internal/epilogue.ts';
import { epilogueOf } from '../internal/epilogue.launches.ts';
import { PREFERENCES } from '../internal/preferences.ts';
import { evenTile, tile } from '../internal/tile.ts';
import type { Variants, Variant } from '../internal/variants.ts';

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
  readonly bias: Operand | undefined;
  readonly alpha: number;
  readonly beta: number;
  readonly epilogue: Epilogue;
  /** Dense. */
  readonly y: string;
}

/** Rows of a up to which reading b in fours beats the square tiles of the general kernel. */
const FEW_ROWS = 4;

/** A few rows with many rows, all dense along k, which one lane or the four of a quad go along. */
function rows(lanes: 1 | 4): Variant<Product> {
  return {
    applies: ({ outer, inner, m, k, a, b }, { subgroups }) =>
      (subgroups || lanes === 1) &&
      outer * inner === 1 &&
      m <= FEW_ROWS &&
      k % 4 === 0 &&
      a.strides[3] === 1 &&
      a.strides[2] === k &&
      b.strides[2] === 1 &&
      b.strides[3] === k,
    launches: (product) => {
      const { m, n, k } = product;
      const [tileM, tileN] = [tile(m, 4), tile(n, 8)];
      const tiles = Math.ceil(n / tileN);
      const size = Math.ceil(m / tileM) * tiles;
      const constants = { TILE_M: tileM, TILE_N: tileN, WEIGHTS: (n * k) / 4 };
      const shader = `matmul/matmul-rows${lanes === 4 ? '-quad' : ''}`;
      return [launch(shader, product, constants, [lanes * size, 1, 1], { tiles, size })];
    },
  };
}

/** As `tiled`, with lanes of a quad that share the columns. */
const quad: Variant<Product> = {
  applies: ({ m, n, k }, { subgroups }) => subgroups && m >= 3 && n >= 4 && k > 1,
  launches: (product, { baseline = false }) => {
    const { outer, inner, m, n, k } = product;
    const tileM = evenTile(Math.ceil(m / 4), baseline ? 4 : 12);
    // Besides its columns a tile costs as much as eight more.
    const cost = (columns: number): number => Math.ceil(n / columns) * (columns + 8);
    const tileN = n < 28 ? n - (n % 4) : n < 44 || baseline || cost(28) < cost(44) ? 28 : 44;
    const tiles = Math.ceil(n / tileN);
    const steps = (baseline ? [2, 1] : [8, 4, 2, 1]).find((divisor) => k % divisor === 0)!;
    const size = outer * inner * Math.ceil(m / (4 * tileM)) * tiles;
    const constants = { TILE_M: tileM, TILE_N: tileN, LOADS: tileN / 4, STEPS: steps };
    return [launch('matmul/matmul-quad', product, constants, [4 * size, 1, 1], { tiles, size })];
  },
};

/** Tiles of 4 · side numbers along each axis through workgroup memory, which is fast on GPUs only; slices share k. */
function grouped(side: number, slices: number, worthwhile: (product: Product) => boolean): Variant<Product> {
  return {
    applies: (product) =>
      product.m >= 4 && product.n >= 4 && product.outer * product.inner <= LARGEST_AXIS && worthwhile(product),
    launches: (product) => {
      const { outer, inner, m, n } = product;
      const along = (size: number): number => Math.ceil(size / (4 * side)) * side;
      const threads = [along(n), along(m), slices * outer * inner] as const;
      return [launch('matmul/matmul-shared', product, { SIDE: side, SLICES: slices }, threads)];
    },
  };
}

/** Products that make fewer numbers than this leave most of a GPU idle, unless slices of a workgroup share k. */
const FEW_NUMBERS = 2 ** 19;

/** Workgroups that every device can launch along an axis. */
const LARGEST_AXIS = 65_535;

/** Any strides. */
const tiled: Variant<Product> = {
  applies: () => true,
  launches: (product) => {
    const { outer, inner, m, n } = product;
    const [tileM, tileN] = [tile(m, 8), tile(n, 8)];
    const tiles = Math.ceil(n / tileN);
    const size = outer * inner * Math.ceil(m / tileM) * tiles;
    return [launch('matmul/matmul', product, { TILE_M: tileM, TILE_N: tileN }, [size, 1, 1], { tiles, size })];
  },
};

/** A launch of a shader that takes any product. */
function launch(
  shader: string,
  { m, n, k, outer, inner, a, b, bias, alpha, beta, epilogue, y }: Product,
  constants: NonNullable<Launch['constants']>,
  threads: Launch['threads'],
  { tiles, size } = { tiles: 0, size: 0 },
): Launch {
  const end = epilogueOf(epilogue, a.tensor);
  return {
    shader,
    constants: { ...constants, ...end.constants },
    params: {
      m,
      n,
      k,
      inner,
      a: a.strides,
      b: b.strides,
      bias: bias?.strides ?? [0, 0, 0, 0],
      y_batch_stride: m * n,
      alpha,
      beta: bias ? beta : 0,
      tiles,
      size,
      ...end.params,
    },
    batchStride: inner === 1 && outer > 1 && !epilogue.operand ? 'y_batch_stride' : undefined,
    bindings: { a: a.tensor, b: b.tensor, bias: (bias ?? a).tensor, operand: end.operand, y },
    threads,
  };
}

/** How to compute products of matrices. */
export const products: Variants<Product> = {
  variants: {
    rows: rows(1),
    'quad-rows': rows(4),
    quad,
    split: grouped(8, 4, ({ outer, inner, m, n, k }) => k >= 128 && outer * inner * m * n < FEW_NUMBERS),
    shared: grouped(16, 1, () => true),
    tiled,
  },
  order: PREFERENCES.product,
};
