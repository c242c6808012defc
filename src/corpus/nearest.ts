import { checkWhole, shown } from '../check.ts';
import { ShapeError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkCodes } from '../methods/parts/points.ts';

export interface Neighbour {
  /** Row of the codes. */
  readonly index: number;
  /** Euclidean. */
  readonly distance: number;
}

/**
 * The `count` rows of codes [n, d] that lie closest to a query: to a row by its index, which is then left out, or to a code
 * of its own [d]. Nearest first; the first in order among equals.
 */
export function nearest(codes: Tensor, query: number | ArrayLike<number>, count: number): Neighbour[] {
  const [n, d] = checkCodes(codes);
  checkWhole('count', count, 0, Number.MAX_SAFE_INTEGER);
  const code = typeof query === 'number' ? rowOf(codes, query, [n, d]) : query;
  const fits = typeof code === 'object' && (code as Partial<typeof code> | null)?.length === d;
  if (!fits || !Array.from(code).every(Number.isFinite)) {
    throw new ShapeError('the query is no code of this kind', { expected: `${d} numbers`, got: shown(code) });
  }
  const found: Neighbour[] = [];
  for (let index = 0; index < n; index++) {
    if (index === query) continue;
    let sum = 0;
    for (let k = 0; k < d; k++) sum += (codes.data[index * d + k]! - code[k]!) ** 2;
    found.push({ index, distance: Math.sqrt(sum) });
  }
  return found.sort((a, b) => a.distance - b.distance || a.index - b.index).slice(0, count);
}

function rowOf({ data }: Tensor, index: number, [n, d]: readonly [number, number]): ArrayLike<number> {
  checkWhole('the number of the picture', index, 0, n - 1);
  return data.subarray(index * d, (index + 1) * d);
}
