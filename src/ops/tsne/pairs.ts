import type { Node, Value } from '../../ir/graph.ts';
import { formatShape, sameShape } from '../../tensor/shape.ts';
import { expectRank, shapeError } from '../internal/check.ts';

/** Dimensions and number of points x [d, n]. Throws for a single one. */
export function expectPoints(node: Node, x: Value): readonly [d: number, n: number] {
  expectRank(node, 'x', x, 2);
  const [d, n] = x.shape as [number, number];
  if (n < 2) throw shapeError(node, 'there are no pairs', 'at least two points', formatShape(x.shape));
  return [d, n];
}

/** Number of points of a matrix [n, columns] with a number for each pair. */
export function expectPairs(
  node: Node,
  role: string,
  matrix: Value,
  columns: (n: number) => number = (n) => n,
): number {
  const [n = 0] = matrix.shape;
  if (n < 2 || !sameShape(matrix.shape, [n, columns(n)])) {
    const expected = `n×${n < 2 ? 'n of at least two points' : columns(n)}`;
    throw shapeError(node, `${role} has no number for each pair`, expected, formatShape(matrix.shape));
  }
  return n;
}

/** Columns of the matrix of joint probabilities of n points: shaders read four at once, the last ones are zero. */
export function jointColumns(n: number): number {
  return 4 * Math.ceil(n / 4);
}

/** Calls `visit(i, j, distance)` with the squared distance of each ordered pair of points x [d, n]. */
export function forEachDistance(
  x: Float64Array,
  [d, n]: readonly [number, number],
  visit: (i: number, j: number, distance: number) => void,
): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < d; k++) sum += (x[k * n + i]! - x[k * n + j]!) ** 2;
      visit(i, j, sum);
    }
  }
}
