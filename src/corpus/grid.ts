import { checkNumber } from '../check.ts';

export interface Grid {
  readonly columns: number;
  readonly rows: number;
  /** [n, 2]: column and row of each point, no two alike. */
  readonly cells: Float32Array;
}

/**
 * Points [n, 2] on a grid about `aspect` times as wide as high, so that none hides another and neighbours stay together:
 * sorted by x into columns of one size, and by y within each. The same points give the same grid.
 */
export function snapToGrid(positions: Float32Array, aspect: number = 1): Grid {
  checkNumber('aspect', aspect, { above: 0 });
  const n = positions.length / 2;
  const columns = Math.max(1, Math.min(n, Math.ceil(Math.sqrt(n * aspect))));
  const rows = Math.ceil(n / columns);
  const cells = new Float32Array(2 * n);
  const sorted = (points: readonly number[], axis: 0 | 1): number[] =>
    points.toSorted((a, b) => positions[2 * a + axis]! - positions[2 * b + axis]! || a - b);
  const byX = sorted([...Array(n).keys()], 0);
  for (let column = 0; column < columns; column++) {
    // Columns differ by one at most, rather than the last being short
    const [from, to] = [column, column + 1].map((edge) => Math.round((edge * n) / columns));
    for (const [row, i] of sorted(byX.slice(from, to), 1).entries()) cells.set([column, row], 2 * i);
  }
  return { columns, rows, cells };
}
