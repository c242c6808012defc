/**
 * Nodes and weights of Gauss and Legendre for an integral from 0 to 1: exact for polynomials up to degree 2n − 1. Roots of the Legendre
 * polynomial by Newton's method from Tricomi's approximation, cos(π(i + ¾)/(n + ½)).
 */
export function gaussLegendre(n: number): readonly { readonly at: number; readonly weight: number }[] {
  return Array.from({ length: n }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 1;
    for (let turn = 0; turn < 100; turn++) {
      let [before, value] = [1, x];
      for (let k = 2; k <= n; k++) [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
      slope = (n * (x * value - before)) / (x * x - 1);
      const step = value / slope;
      x -= step;
      if (Math.abs(step) < 1e-15) break;
    }
    return { at: (1 - x) / 2, weight: 1 / ((1 - x * x) * slope * slope) };
  });
}
