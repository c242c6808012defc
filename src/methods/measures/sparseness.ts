import type { Tensor } from '../../tensor/tensor.ts';
import { checkFinite, type Measured } from './measure.ts';

const NO_PASS = { forward: 0, backward: 0 } as const;

/**
 * How few places hold most of a map: the Gini coefficient of its magnitudes, 0 where all are equal and 1 − 1/n where one has all
 * (Chalasani et al. 2020). With a₁ ≤ … ≤ aₙ it is Σ (2i − n − 1) aᵢ / (n Σ a). NaN of a map of zeros.
 */
export function sparseness(map: Tensor): Measured<{ readonly of: 'magnitudes' }> {
  const began = performance.now();
  const ascending = magnitudesOf(map).sort();
  const n = ascending.length;
  let [weighted, sum] = [0, 0];
  for (let i = 0; i < n; i++) {
    weighted += (2 * i + 1 - n) * ascending[i]!;
    sum += ascending[i]!;
  }
  return result('sparseness', weighted / (n * sum), began);
}

/**
 * Over how many places a map is spread: the entropy of its magnitudes as shares of their sum, −Σ p ln p, from 0 where one place
 * has all to ln n where all are equal (Bhatt et al. 2020). NaN of a map of zeros.
 */
export function complexity(map: Tensor): Measured<{ readonly of: 'magnitudes' }> {
  const began = performance.now();
  const magnitudes = magnitudesOf(map);
  const sum = magnitudes.reduce((total, value) => total + value, 0);
  const share = (value: number): number => (value === 0 ? 0 : (value / sum) * Math.log(value / sum));
  const entropy = sum === 0 ? NaN : -magnitudes.reduce((total, value) => total + share(value), 0);
  return result('complexity', entropy, began);
}

function magnitudesOf(map: Tensor): Float64Array {
  checkFinite(map);
  return Float64Array.from(map.data, Math.abs);
}

function result(measure: string, value: number, began: number): Measured<{ readonly of: 'magnitudes' }> {
  return { measure, value, cost: NO_PASS, settings: { of: 'magnitudes' }, ms: performance.now() - began };
}
