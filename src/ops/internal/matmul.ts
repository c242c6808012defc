import type { Launch } from '../../ir/op.ts';
import { epilogueOf, type Epilogue } from './epilogue.ts';
import { PREFERENCES } from './preferences.ts';
import { evenTile, tile } from './tile.ts';
import type { Family, Variant } from './variants.ts';

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

/** A few rows with many rows, all dense along k. */
const rows: Variant<Product> = {
  applies: ({ outer, inner, m, k, a, b }) =>
    outer * inner === 1 &&
    m <= FEW_ROWS &&
    k % 4 === 0 &&
    a.strides[3] === 1 &&
    a.strides[2] === k &&
    b.strides[2] === 1 &&
    b.strides[3] === k,
  launches: ({ m, n, k, a, b, bias, alpha, beta, epilogue, y }, { subgroups }) => {
    const { constants, params, z } = epilogueOf(epilogue, a.tensor);
    const [tileM, tileN] = [tile(m, 4), tile(n, 8)];
    const tiles = Math.ceil(n / tileN);
    const size = Math.ceil(m / tileM) * tiles;
    const strides = bias?.strides.slice(2) ?? [0, 0];
    return [
      {
        shader: `extra/matmul-rows${subgroups ? '-quad' : ''}`,
        constants: { TILE_M: tileM, TILE_N: tileN, WEIGHTS: (n * k) / 4, ...constants },
        params: { m, n, k, bias: strides, alpha, beta: bias ? beta : 0, tiles, size, ...params },
        bindings: { a: a.tensor, b: b.tensor, bias: (bias ?? a).tensor, z, y },
        threads: [subgroups ? 4 * size : size, 1, 1],
      },
    ];
  },
};

/** As `tiled`, with lanes of a quad that share the columns. */
const quad: Variant<Product> = {
  applies: ({ m, n, k }, { subgroups }) => subgroups && m >= 3 && n >= 4 && k > 1,
  launches: (product, { hurry = false }) => {
    const { outer, inner, m, n, k } = product;
    const tileM = evenTile(Math.ceil(m / 4), hurry ? 4 : 12);
    // Besides its columns a tile costs as much as eight more.
    const cost = (columns: number): number => Math.ceil(n / columns) * (columns + 8);
    const tileN = n < 28 ? n - (n % 4) : n < 44 || hurry || cost(28) < cost(44) ? 28 : 44;
    const tiles = Math.ceil(n / tileN);
    const steps = (hurry ? [2, 1] : [8, 4, 2, 1]).find((divisor) => k % divisor === 0)!;
    const size = outer * inner * Math.ceil(m / (4 * tileM)) * tiles;
    const constants = { TILE_M: tileM, TILE_N: tileN, LOADS: tileN / 4, STEPS: steps };
    return [launch('nn/matmul-quad', product, constants, [4 * size, 1, 1], { tiles, size })];
  },
};

/** Tiles of 64 × 64 through workgroup memory, which is fast on GPUs only. */
const shared: Variant<Product> = {
  applies: ({ outer, inner, m, n }) => m >= 4 && n >= 4 && outer * inner <= LARGEST_AXIS,
  launches: (product) => {
    const { outer, inner, m, n } = product;
    // Sixteen invocations make 64 numbers along each axis.
    const along = (size: number): number => Math.ceil(size / 64) * 16;
    return [launch('extra/matmul-shared', product, {}, [along(n), along(m), outer * inner])];
  },
};

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
    return [launch('extra/matmul', product, { TILE_M: tileM, TILE_N: tileN }, [size, 1, 1], { tiles, size })];
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
      y_part: m * n,
      alpha,
      beta: bias ? beta : 0,
      tiles,
      size,
      ...end.params,
    },
    spread: inner === 1 && outer > 1 && !epilogue.z ? 'y_part' : undefined,
    bindings: { a: a.tensor, b: b.tensor, bias: (bias ?? a).tensor, z: end.z, y },
    threads,
  };
}

/** How to compute products of matrices. */
export const products: Family<Product> = {
  variants: { rows, quad, shared, tiled },
  order: PREFERENCES.product,
};
