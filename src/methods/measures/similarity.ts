import { ranksOf } from './ranking.ts';

/** Pearson's correlation; NaN where one side is the same everywhere. */
function pearson(a: Float64Array, b: Float64Array): number {
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [da, db] = [a[i]! - ma, b[i]! - mb];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return ab / Math.sqrt(aa * bb);
}

/** Spearman's rank correlation, equal values with their mean rank; NaN where one map is the same everywhere. */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return pearson(ranksOf(a), ranksOf(b));
}

/** Side of the window of {@link ssim}, px. */
const WINDOW = 7;
/** Constants of the paper. */
const [K1, K2] = [0.01, 0.03];

/**
 * Mean structural similarity of two maps [h, w] (Wang et al. 2004) in uniform windows of 7×7 that lie inside, with the sample
 * covariance: what scikit-image's `structural_similarity` gives without further options. The range of values is that of both
 * together. NaN where no window fits, or both are the same everywhere.
 */
export function ssim(a: ArrayLike<number>, b: ArrayLike<number>, height: number, width: number): number {
  const range = rangeOf(a, b);
  const [c1, c2] = [(K1 * range) ** 2, (K2 * range) ** 2];
  const count = WINDOW ** 2;
  const sums = [
    windowSums(height, width, (i) => a[i]!),
    windowSums(height, width, (i) => b[i]!),
    windowSums(height, width, (i) => a[i]! * a[i]!),
    windowSums(height, width, (i) => b[i]! * b[i]!),
    windowSums(height, width, (i) => a[i]! * b[i]!),
  ] as const;
  let total = 0;
  for (let i = 0; i < sums[0].length; i++) {
    const [ma, mb, maa, mbb, mab] = sums.map((sum) => sum[i]! / count) as [number, number, number, number, number];
    const scale = count / (count - 1);
    const [vaa, vbb, vab] = [scale * (maa - ma * ma), scale * (mbb - mb * mb), scale * (mab - ma * mb)];
    total += ((2 * ma * mb + c1) * (2 * vab + c2)) / ((ma * ma + mb * mb + c1) * (vaa + vbb + c2));
  }
  return total / sums[0].length;
}

/** Largest less smallest of all values. */
function rangeOf(...maps: readonly ArrayLike<number>[]): number {
  let [least, most] = [Infinity, -Infinity];
  for (const map of maps) {
    for (let i = 0; i < map.length; i++) {
      least = Math.min(least, map[i]!);
      most = Math.max(most, map[i]!);
    }
  }
  return most - least;
}

/** Sums over every window that lies inside, row by row: along rows first, then along columns. */
function windowSums(height: number, width: number, at: (i: number) => number): Float64Array {
  const [rows, cols] = [Math.max(height - WINDOW + 1, 0), Math.max(width - WINDOW + 1, 0)];
  const along = new Float64Array(height * cols);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < cols; x++) {
      let sum = 0;
      for (let k = 0; k < WINDOW; k++) sum += at(y * width + x + k);
      along[y * cols + x] = sum;
    }
  }
  const sums = new Float64Array(rows * cols);
  for (let i = 0; i < sums.length; i++) {
    for (let k = 0; k < WINDOW; k++) sums[i] = sums[i]! + along[i + k * cols]!;
  }
  return sums;
}
