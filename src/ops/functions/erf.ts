/**
 * The error function 2/√π ∫₀ˣ e^(−t²) dt in float64, to about 1e-15: near 0 the series of Abramowitz & Stegun 1964, 7.1.6, whose
 * terms all have one sign, and farther out the continued fraction 7.1.14 of what is missing to 1.
 */
export function erf(x: number): number {
  const z = Math.abs(x);
  if (Number.isNaN(x) || z > 6) return Number.isNaN(x) ? x : Math.sign(x);
  return z < NEAR ? series(x) : Math.sign(x) * (1 - fraction(z));
}

/** The share of a standard normal distribution that is below x, also where that is tiny. */
export function normalBelow(x: number): number {
  const z = x * Math.SQRT1_2;
  return z > -NEAR ? 0.5 + 0.5 * erf(z) : 0.5 * fraction(-z);
}

/** Where the series and the fraction take about as many terms. */
const NEAR = 2;

function series(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** 1 − erf z for z from 2 on. */
function fraction(z: number): number {
  let below = z;
  for (let n = 60; n > 0; n--) below = z + n / 2 / below;
  return Math.exp(-z * z) / Math.sqrt(Math.PI) / below;
}
