import type { Reference } from '../../ir/op.ts';

/** Below any sum of w that pushes points apart. */
const SMALLEST = 1.17549435e-38;

export const tsneGradient: Reference<object> = ({ inputs: [x] }, [sums, z, exaggeration]) => {
  const [, parts, n] = x!.shape as [number, number, number];
  const total = (quantity: number, point: number): number => {
    let sum = 0;
    for (let part = 0; part < parts; part++) sum += sums![(quantity * parts + part) * n + point]!;
    return sum;
  };
  const scale = Math.max(z![0]!, SMALLEST);
  const gradient = Float64Array.from({ length: 2 * n }, (_, at) => {
    const [axis, point] = [Math.floor(at / n), at % n];
    return 4 * (exaggeration![0]! * total(1 + axis, point) - total(3 + axis, point) / scale);
  });
  return [gradient];
};
