import { defineOp, type Op } from '../ir/op.ts';
import { bands } from './internal/bands.ts';
import { expectPairs } from './internal/pairs.ts';

interface PerplexityAttributes {
  /** Neighbours that a point is to have, in the sense of 2 to the power of an entropy in bits. */
  readonly perplexity: number;
}

/** β in units of the mean distance is at most this: for points with more twins at the same place than `perplexity`. */
const MOST = 2 ** 40;
/** A mean squared distance up to this is none: all other points are equally far. */
const FLAT = 1e-20;
/** Halvings of the bracket of ln β in float64. */
const HALVINGS = 100;
/** Passes over the distances that the shader needs for a point, as measured on codes of photos, and operations for each. */
const TURNS = 8;
const FLOPS_OF_TERM = 30;
/** Points of a launch: fewer would leave a GPU idle. */
const LEAST_BAND = 512;

/**
 * For each point the Gaussian under which the entropy over the others is ln(perplexity): squared distances [n, n],
 * symmetric → [3, n]: precision β, smallest distance m to another point, and 1 / Σ e^(−β (d − m)). Point i then picks a
 * neighbour j with probability e^(−β (dᵢⱼ − m)) / Σ (van der Maaten & Hinton 2008, eq. 1).
 */
export const perplexity: Op = defineOp<PerplexityAttributes>({
  type: 'perplexity',
  infer: ({ node, inputs: [x] }) => [{ dtype: 'float32', shape: [3, expectPairs(node, 'x', x!)] }],
  evaluate: ({ node, attributes, inputs: [x] }, [xv]) => {
    const n = expectPairs(node, 'x', x!);
    const result = new Float64Array(3 * n);
    for (let i = 0; i < n; i++) {
      const others = xv!.slice(i * n, (i + 1) * n).filter((_, j) => j !== i);
      const nearest = others.reduce((least, d) => Math.min(least, d), Infinity);
      const mean = others.reduce((sum, d) => sum + d - nearest, 0) / others.length;
      const far = mean > FLAT ? others.map((d) => (d - nearest) / mean) : others.fill(0);
      const precision = mean > FLAT ? precisionOf(far, Math.log(attributes.perplexity)) : 0;
      result[i] = mean > FLAT ? precision / mean : 0;
      result[n + i] = nearest;
      result[2 * n + i] = 1 / far.reduce((sum, d) => sum + Math.exp(-precision * d), 0);
    }
    return [result];
  },
  launches: ({ attributes, inputs: [x], outputs: [y] }) => {
    const n = x!.shape[0]!;
    return bands(n, TURNS * FLOPS_OF_TERM * n, LEAST_BAND).map(({ first, count }) => ({
      shader: 'tsne/perplexity',
      params: { n, first, entropy: Math.log(attributes.perplexity), most: MOST, flat: FLAT, size: count },
      bindings: { x: x!.name, y: y!.name },
      threads: [count, 1, 1],
    }));
  },
  flops: ({ inputs: [x] }) => TURNS * FLOPS_OF_TERM * x!.shape[0]! ** 2,
});

/** The β for an entropy, by halving: the entropy falls as β grows. */
function precisionOf(far: Float64Array, wanted: number): number {
  if (entropyOf(far, MOST) > wanted) return MOST;
  let [low, high] = [-Math.log(MOST), Math.log(MOST)];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (entropyOf(far, Math.exp(middle)) > wanted) low = middle;
    else high = middle;
  }
  return Math.exp(low);
}

/** H = ln Σ e^(−βd) + β Σ d e^(−βd) / Σ e^(−βd), in nats. */
function entropyOf(far: Float64Array, precision: number): number {
  let [sum, first] = [0, 0];
  for (const d of far) {
    const weight = Math.exp(-precision * d);
    sum += weight;
    first += d * weight;
  }
  return Math.log(sum) + (precision * first) / sum;
}
