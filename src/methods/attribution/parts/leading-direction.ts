/** Turns after which the direction is taken as it is: those that need more have two of nearly the same length. */
const MAX_TURNS = 2000;
/** The direction no longer changes: less than float32 tells apart. */
const SAME = 1e-10;

/**
 * Rows [count, size], of which the columns have mean 0, along the direction in which they vary most, up to its sign: the first left singular
 * vector times the singular value, by the power method (Golub & Van Loan, Matrix Computations, §8.2.1).
 */
export function alongLeadingDirection(rows: Float64Array, count: number, size: number): Float64Array {
  let direction = Float64Array.from({ length: size }, (_, k) => {
    let squares = 0;
    for (let i = 0; i < count; i++) squares += rows[i * size + k]! ** 2;
    return squares;
  });
  const along = new Float64Array(count);
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    const length = Math.hypot(...direction);
    if (length === 0) return along.fill(0);
    const unit = direction.map((value) => value / length);
    along.fill(0);
    const next = new Float64Array(size);
    for (let i = 0; i < count; i++) {
      for (let k = 0; k < size; k++) along[i]! += rows[i * size + k]! * unit[k]!;
      for (let k = 0; k < size; k++) next[k]! += rows[i * size + k]! * along[i]!;
    }
    const grown = Math.hypot(...next);
    const change = Math.hypot(...next.map((value, k) => value / (grown || 1) - unit[k]!));
    direction = next;
    if (change < SAME) break;
  }
  return along;
}
