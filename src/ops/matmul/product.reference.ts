/** A matrix in memory: where it begins, and how far apart its rows and its columns are. */
interface Matrix {
  readonly data: Float64Array;
  readonly at: number;
  readonly strides: readonly [rows: number, columns: number];
}

/** Adds factor · a [m, k] · b [k, n] to the numbers of y [m, n], which lie dense. */
export function addProduct(
  y: Omit<Matrix, 'strides'>,
  [m, n, k]: readonly [number, number, number],
  a: Matrix,
  b: Matrix,
  factor = 1,
): void {
  for (let i = 0; i < m; i++) {
    for (let l = 0; l < k; l++) {
      const left = factor * a.data[a.at + i * a.strides[0] + l * a.strides[1]]!;
      const row = b.at + l * b.strides[0];
      for (let j = 0; j < n; j++) y.data[y.at + i * n + j]! += left * b.data[row + j * b.strides[1]]!;
    }
  }
}
