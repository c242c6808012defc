import { defineOp, type Op } from '../../ir/op.ts';
import { expectPairs } from './pairs.ts';

export interface PerplexityAttributes {
  /** Neighbours that a point is to have, in the sense of 2 to the power of an entropy in bits. */
  readonly perplexity: number;
}

/** β in units of the mean distance is at most this: for points with more twins at the same place than `perplexity`. */
export const MOST: number = 2 ** 40;
/** A mean squared distance up to this is none: all other points are equally far. */
export const FLAT = 1e-20;
/** Halvings of the bracket of ln β in float64. */
export const HALVINGS = 100;
/** Passes over the distances that the shader needs for a point, as measured on codes of photos, and operations for each. */
export const TURNS = 8;
export const FLOPS_OF_TERM = 30;

/**
 * For each point the Gaussian under which the entropy over the others is ln(perplexity): squared distances [n, n],
 * symmetric → [3, n]: precision β, smallest distance m to another point, and 1 / Σ e^(−β (d − m)). Point i then picks a
 * neighbour j with probability e^(−β (dᵢⱼ − m)) / Σ (van der Maaten & Hinton 2008, eq. 1).
 */
export const perplexity: Op = defineOp<PerplexityAttributes>({
  type: 'perplexity',
  infer: ({ node, inputs: [x] }) => [{ dtype: 'float32', shape: [3, expectPairs(node, 'x', x!)] }],
  flops: ({ inputs: [x] }) => TURNS * FLOPS_OF_TERM * x!.shape[0]! ** 2,
});

/** H = ln Σ e^(−βd) + β Σ d e^(−βd) / Σ e^(−βd), in nats. */
export function entropyOf(far: Float64Array, precision: number): number {
  let [sum, first] = [0, 0];
  for (const d of far) {
    const weight = Math.exp(-precision * d);
    sum += weight;
    first += d * weight;
  }
  return Math.log(sum) + (precision * first) / sum;
}
