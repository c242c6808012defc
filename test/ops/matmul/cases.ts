import type { Shape } from '../../../src/tensor/shape.ts';
import type { Tensor } from '../../../src/tensor/tensor.ts';
import type { Random } from '../../support/random.ts';
import type { ErrorCase, OpCase } from '../harness.ts';

const PLAIN = { alpha: 1, beta: 1, transA: false, transB: false };

/** Matrices with m, n and k as given, as they lie in memory. */
function product(m: number, n: number, k: number, transA: boolean, transB: boolean): [Shape, Shape] {
  return [transA ? [k, m] : [m, k], transB ? [n, k] : [k, n]];
}

/** Variants for m dense rows. */
function waysFor(m: number): string[] {
  return [...(m <= 4 ? ['rows', 'quad-rows'] : []), ...(m >= 3 ? ['quad'] : []), 'tiled'];
}

const gemms: readonly OpCase[] = [
  ...[false, true].flatMap((transA) =>
    [false, true].map((transB): OpCase => ({
      op: 'gemm',
      label: `${transA ? 'Aᵀ' : 'A'}·${transB ? 'Bᵀ' : 'B'}`,
      attributes: { ...PLAIN, alpha: 0.5, transA, transB },
      inputs: product(9, 11, 5, transA, transB),
      derivative: 'linear',
    })),
  ),
  ...([[11], [1, 11], [9, 1], [9, 11], [1], []] as Shape[]).map((c): OpCase => ({
    op: 'gemm',
    label: `c ${c.join('×') || 'scalar'}`,
    attributes: { ...PLAIN, alpha: -2, beta: 0.25 },
    inputs: [...product(9, 11, 3, false, false), c],
    derivative: 'linear',
  })),
  ...[1, 2, 3, 4, 6].flatMap((m) =>
    waysFor(m).map((variant): OpCase => ({
      op: 'gemm',
      label: `${String(m)} rows with 13, dense, ${variant}`,
      attributes: { ...PLAIN, alpha: 3, beta: 0.5, transB: true, variant, ...(m % 2 === 0 && { low: -1, high: 5 }) },
      inputs: [...product(m, 13, 20, false, true), [13]],
    })),
  ),
  ...['quad', 'shared', 'tiled'].map((variant): OpCase => ({
    op: 'gemm',
    label: `several tiles, ${variant}`,
    attributes: { ...PLAIN, transA: true, variant },
    inputs: [...product(67, 83, 18, true, false), [67, 1]],
  })),
  ...[128, 133].map((k): OpCase => ({
    op: 'gemm',
    label: `several tiles, ${String(k)} deep, split`,
    attributes: { ...PLAIN, alpha: 0.5, beta: 2, transA: true, variant: 'split', low: -20, high: 25 },
    inputs: [...product(35, 67, k, true, false), [35, 1]],
  })),
  {
    op: 'gemm',
    label: 'tiles of 28 columns and a depth that only 1 divides, quad',
    attributes: { ...PLAIN, variant: 'quad' },
    inputs: product(18, 50, 7, false, false),
  },
  {
    op: 'gemm',
    label: 'long sums',
    attributes: { ...PLAIN, transB: true },
    inputs: product(2, 3, 4098, false, true),
  },
  { op: 'gemm', label: 'outer product', attributes: PLAIN, inputs: product(17, 3, 1, false, false) },
];

/** Shapes of two operands before their matrices: what both have, and what one of them repeats. */
const BATCHES: readonly (readonly [string, Shape, Shape])[] = [
  ['a pair each', [2, 3], [2, 3]],
  ['one a for all', [], [2, 3]],
  ['one b for all', [2, 3], [1]],
  ['an outer b', [2, 3], [2, 1]],
  ['an inner a', [3], [2, 3]],
  ['both repeat the other', [2, 1], [1, 3]],
];

const matmuls: readonly OpCase[] = [
  ...BATCHES.flatMap(([label, left, right], i): OpCase[] => {
    const [transA, transB] = [i % 2 === 1, i % 3 === 1];
    const [a, b] = product(5, 7, 6, transA, transB);
    return [
      {
        op: 'matmul',
        label,
        attributes: { transA, transB },
        inputs: [
          [...left, ...a],
          [...right, ...b],
        ],
        derivative: 'linear',
      },
    ];
  }),
  ...['quad', 'split', 'shared', 'tiled'].map((variant): OpCase => ({
    op: 'matmul',
    label: `several tiles, ${variant}`,
    attributes: { transA: true, transB: false, variant },
    inputs: [
      [2, 1, 130, 67],
      [3, 130, 83],
    ],
  })),
  {
    op: 'matmul',
    label: 'rows of one number',
    attributes: { transA: false, transB: true },
    inputs: [
      [70, 1, 3],
      [70, 1, 3],
    ],
    derivative: 'linear',
  },
];

/** Numbers of float16 in pairs: anything but infinities and NaN. */
const pairs =
  ([n, k]: readonly [number, number]) =>
  (random: Random): Tensor => {
    const half = (): number => Math.floor(random.next() * 0x10000) & ~0x4000; // below 2
    const data = Uint32Array.from({ length: (n * k) / 2 }, () => ((half() << 16) | half()) >>> 0);
    return { dtype: 'uint32', shape: [n, k / 2], data };
  };

const halves: readonly OpCase[] = [1, 3, 6].flatMap((m) =>
  ['rows', 'quad-rows'].map((variant): OpCase => ({
    op: 'gemm-halves',
    label: `${String(m)} rows with 13, ${variant}`,
    attributes: { alpha: 3, beta: 0.5, variant, ...(m === 3 && { low: -1, high: 5 }) },
    inputs: [[m, 20], pairs([13, 20]), m === 1 ? null : [13]],
  })),
);

export const cases: readonly OpCase[] = [...gemms, ...matmuls, ...halves];

export const errors: readonly ErrorCase[] = [
  ...(
    [
      ['matrices that do not fit', [2, 3, 4], [2, 5, 6]],
      ['batches that do not broadcast', [2, 3, 4], [3, 4, 5]],
      ['a vector', [4], [2, 4, 5]],
      ['repeating in turns', [2, 1, 2, 3, 4], [1, 3, 2, 4, 5]],
    ] as [string, Shape, Shape][]
  ).map(([label, a, b]): ErrorCase => ({
    op: 'matmul',
    label,
    attributes: { transA: false, transB: false },
    inputs: [a, b],
  })),
  {
    op: 'gemm',
    label: 'matrices that do not fit',
    attributes: PLAIN,
    inputs: [
      [2, 3],
      [4, 5],
    ],
  },
  {
    op: 'gemm',
    label: 'rank 3',
    attributes: PLAIN,
    inputs: [
      [1, 2, 3],
      [3, 5],
    ],
  },
  {
    op: 'gemm-halves',
    label: 'numbers that are not in pairs',
    attributes: { alpha: 1, beta: 1 },
    inputs: [
      [1, 8],
      [3, 4],
    ],
  },
  { op: 'gemm', label: 'c that does not broadcast', attributes: PLAIN, inputs: [[2, 3], [3, 5], [2]] },
  {
    op: 'gemm',
    label: 'c that is larger',
    attributes: PLAIN,
    inputs: [
      [1, 3],
      [3, 5],
      [2, 5],
    ],
  },
];
