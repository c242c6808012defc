import { float32, type Tensor } from '../../../src/tensor/tensor.ts';
import type { Random } from '../../support/random.ts';
import { numbers, positive, type ErrorCase, type OpCase, type Operand } from '../harness.ts';

/** A number for each pair of n points, zero on the diagonal and in what fills up the rows, of sum 1. */
function pairs(n: number): Operand {
  const columns = 4 * Math.ceil(n / 4);
  return (random) => {
    const half = Array.from({ length: n * n }, () => Math.exp(random.normal()));
    const at = (i: number, j: number): number => (i === j || j >= n ? 0 : half[Math.min(i, j) * n + Math.max(i, j)]!);
    const all = Array.from({ length: n * columns }, (_, k) => at(Math.floor(k / columns), k % columns));
    const sum = all.reduce((a, b) => a + b);
    return float32(
      [n, columns],
      all.map((value) => value / sum),
    );
  };
}

/** Squared distances of n points in five dimensions, a number of which lie on each other. */
function distances(n: number, twins: number): Operand {
  return (random: Random): Tensor => {
    const points = Array.from({ length: n }, () => Array.from({ length: 5 }, () => random.normal()));
    points.fill(points[0]!, 0, twins);
    const between = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((sum, value, k) => sum + (value - b[k]!) ** 2, 0);
    return float32([n, n], points.map((a) => points.map((b) => between(a, b))).flat());
  };
}

/** More than one part, the last of them shorter, and no multiple of the tiles. */
const MANY = 131;

export const cases: readonly OpCase[] = [
  ...[2, 9, 33].map((n): OpCase => ({ op: 'squared-distances', label: `${String(n)} points`, inputs: [[7, n]] })),
  { op: 'squared-distances', label: 'more than a launch does', inputs: [[1500, 121]] },
  // Not near 1, 2, 3…: where a point has as many equally near neighbours, its precision hardly matters and is ill-conditioned.
  ...[2.6, 5.5, 30].map((perplexity): OpCase => ({
    op: 'perplexity',
    label: `perplexity ${String(perplexity)}`,
    attributes: { perplexity },
    inputs: [distances(101, 0)],
  })),
  {
    op: 'perplexity',
    label: 'more points than a launch does',
    attributes: { perplexity: 9 },
    inputs: [distances(600, 0)],
  },
  { op: 'perplexity', label: 'some twins', attributes: { perplexity: 9 }, inputs: [distances(30, 4)] },
  {
    op: 'joint-probabilities',
    label: 'normal points',
    inputs: [[3, 37], positive([3, 37])],
  },
  ...[3, MANY].flatMap((n): OpCase[] => [
    { op: 'tsne-forces', label: `${String(n)} points`, inputs: [pairs(n), [2, n]] },
    { op: 'tsne-divergence', label: `${String(n)} points`, inputs: [pairs(n), [2, n]] },
  ]),
  {
    op: 'tsne-divergence',
    label: 'what is not wanted at all',
    inputs: [numbers('float32', [2, 4], [0, 0, 0, 0, 0, 0, 0, 0]), [2, 2]],
  },
  {
    op: 'tsne-gradient',
    label: 'three parts',
    inputs: [[5, 3, 70], positive([1]), positive([1])],
  },
  {
    op: 'delta-bar-delta',
    label: 'mixed signs',
    inputs: [[2, 70], [2, 70], positive([2, 70]), [2, 70], numbers('float32', [2], [0.5, 20])],
    outputs: 3,
  },
];

export const errors: readonly ErrorCase[] = [
  { op: 'squared-distances', label: 'a single point', inputs: [[7, 1]] },
  { op: 'perplexity', label: 'no square', attributes: { perplexity: 5 }, inputs: [[7, 8]] },
  {
    op: 'joint-probabilities',
    label: 'rows of other points',
    inputs: [
      [7, 8],
      [3, 9],
    ],
  },
  {
    op: 'tsne-forces',
    label: 'other points',
    inputs: [
      [8, 8],
      [2, 9],
    ],
  },
  {
    op: 'tsne-divergence',
    label: 'points in space',
    inputs: [
      [8, 8],
      [3, 8],
    ],
  },
  { op: 'tsne-gradient', label: 'other sums', inputs: [[3, 1, 8], [1], [1]] },
  { op: 'delta-bar-delta', label: 'another shape', inputs: [[2, 8], [2, 8], [2, 8], [8, 2], [2]] },
];
