import type { Reference } from '../../ir/op.ts';
import { expectPairs } from './pairs.ts';
import { entropyOf, FLAT, HALVINGS, MOST, type PerplexityAttributes } from './perplexity.ts';

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

export const perplexity: Reference<PerplexityAttributes> = ({ node, attributes, inputs: [x] }, [xv]) => {
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
};
