import { ArgumentError, ShapeError } from '../../errors.ts';
import { formatShape } from '../../tensor/shape.ts';
import { nonFinite } from '../../tensor/non-finite.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** Rows and columns of codes [n, d]. Throws {@link ShapeError}, or {@link ArgumentError} for numbers that are none. */
export function checkCodes({ shape, data }: Tensor): readonly [n: number, d: number] {
  if (shape.length !== 2) {
    throw new ShapeError('codes are one row for each picture', { expected: 'n×d', got: formatShape(shape) });
  }
  const [n, d] = shape as [number, number];
  if (data.length !== n * d) {
    throw new ShapeError('the codes do not fill their shape', { expected: String(n * d), got: String(data.length) });
  }
  if (nonFinite(data) !== undefined) {
    const bad = data.findIndex((value) => !Number.isFinite(value));
    throw new ArgumentError('the codes have values that are no numbers', {
      where: `picture ${Math.floor(bad / d)}, dimension ${bad % d}`,
      got: String(data[bad]),
    });
  }
  return [n, d];
}

/** The mean [d] over the rows of codes [n, d], in float64. */
export function meanOf({ data }: Tensor, [n, d]: readonly [number, number]): Float64Array {
  const mean = new Float64Array(d);
  for (let i = 0; i < n; i++) for (let k = 0; k < d; k++) mean[k]! += data[i * d + k]!;
  return mean.map((sum) => sum / n);
}
