import { overTensors, type Numbers } from '../internal/loops.ts';
import type { Loop } from '../loop.ts';
import { FLAT, MOST, type PerplexityAttributes } from './perplexity.ts';

/** An exponential and what is done with it, in multiplications, in about so many turns. */
const OPERATIONS_OF_TERM = 12 * 8;
/** Steps of Newton's method or halvings, whichever comes to an end first. */
const MOST_TURNS = 100;
/** Of ln β: well below what float32 tells apart. */
const ENOUGH = 1e-12;

/** Sums over the distances of a point under e^(−βd). */
interface Sums {
  sum: number;
  first: number;
  second: number;
}

export const perplexity: Loop<PerplexityAttributes> = (context, machine) => {
  const n = context.inputs[0]!.shape[0]!;
  const entropy = Math.log(context.attributes.perplexity);
  const far = new Float64Array(n - 1);
  return overTensors(context, machine, [n, OPERATIONS_OF_TERM * n * n], ({ inputs: [x], outputs: [y] }, from, to) => {
    for (let i = from; i < to; i++) {
      const nearest = distances(x!.subarray(i * n, (i + 1) * n), i, far);
      let mean = 0;
      for (const d of far) mean += d;
      mean /= far.length;
      const flat = !(mean > FLAT);
      for (let j = 0; j < far.length; j++) far[j] = flat ? 0 : far[j]! / mean;
      const precision = flat ? 0 : precisionOf(far, entropy);
      y![i] = flat ? 0 : precision / mean;
      y![n + i] = nearest;
      y![2 * n + i] = 1 / sumsOf(far, precision).sum;
    }
  });
};

/** Writes the distances to all others but for the smallest, which it returns. */
function distances(row: Numbers, i: number, far: Float64Array): number {
  let nearest = Infinity;
  for (let j = 0; j < row.length; j++) if (j !== i) nearest = Math.min(nearest, row[j]!);
  let to = 0;
  for (let j = 0; j < row.length; j++) if (j !== i) far[to++] = row[j]! - nearest;
  return nearest;
}

function sumsOf(far: Float64Array, precision: number): Sums {
  const sums = { sum: 0, first: 0, second: 0 };
  for (const d of far) {
    const weight = Math.exp(-precision * d);
    sums.sum += weight;
    sums.first += d * weight;
    sums.second += d * d * weight;
  }
  return sums;
}

/** The β for an entropy, by Newton's method in ln β within a bracket: the entropy falls by β² · the variance of the distances. */
function precisionOf(far: Float64Array, wanted: number): number {
  let [low, high] = [-Math.log(MOST), Math.log(MOST)];
  let at = 0;
  for (let turn = 0; turn < MOST_TURNS && high - low > ENOUGH; turn++) {
    const precision = Math.exp(at);
    const { sum, first, second } = sumsOf(far, precision);
    const mean = first / sum;
    const excess = Math.log(sum) + precision * mean - wanted;
    if (excess > 0) low = at;
    else high = at;
    const fall = precision * precision * (second / sum - mean * mean);
    const next = at + excess / fall;
    const before = at;
    at = next > low && next < high ? next : (low + high) / 2;
    if (Math.abs(at - before) < ENOUGH) break;
  }
  return Math.exp(at);
}
