import { float32, type Tensor } from '../../tensor/tensor.ts';

function matrix(rows: number, columns: number, at: (row: number, column: number) => number): Tensor {
  return float32(
    [rows, columns],
    Float32Array.from({ length: rows * columns }, (_, i) => at(Math.floor(i / columns), i % columns)),
  );
}

/**
 * [from, to]: a row of `from` pixels times it is the row resized to `to` pixels, with a triangle filter that is as wide as
 * a pixel of the coarser one (bilinear with antialiasing).
 */
export function interpolation(from: number, to: number): Tensor {
  const step = from / to;
  const reach = Math.max(step, 1);
  const weight = (source: number, target: number): number =>
    Math.max(0, 1 - Math.abs(source + 0.5 - (target + 0.5) * step) / reach);
  const sums = Array.from({ length: to }, (_, target) => {
    let total = 0;
    for (let source = 0; source < from; source++) total += weight(source, target);
    return total;
  });
  return matrix(from, to, (source, target) => weight(source, target) / sums[target]!);
}

/**
 * The two products of an inverse Fourier transform of real images [h, w]. A half spectrum [2·h, k], real parts over
 * imaginary ones, becomes `columns` · spectrum [2·h, k]; its upper half times `real` [k, w] plus its lower half times
 * `imaginary` is the image. k = ⌊w/2⌋ + 1.
 */
export function inverseFourier(h: number, w: number): { columns: Tensor; real: Tensor; imaginary: Tensor } {
  const k = Math.floor(w / 2) + 1;
  const columns = matrix(2 * h, 2 * h, (row, column) => {
    const angle = (2 * Math.PI * ((row % h) * (column % h))) / h;
    const [upper, left] = [row < h, column < h];
    if (upper === left) return Math.cos(angle) / h;
    return (upper ? -Math.sin(angle) : Math.sin(angle)) / h;
  });
  // A frequency of the half that is left out is the conjugate of one that is there
  const twice = (frequency: number): number => (frequency === 0 || 2 * frequency === w ? 1 : 2) / w;
  const angleAt = (frequency: number, at: number): number => (2 * Math.PI * ((frequency * at) % w)) / w;
  return {
    columns,
    real: matrix(k, w, (frequency, at) => twice(frequency) * Math.cos(angleAt(frequency, at))),
    imaginary: matrix(k, w, (frequency, at) => -twice(frequency) * Math.sin(angleAt(frequency, at))),
  };
}

/** Cycles per pixel of each number of a half spectrum [h, k]. */
export function frequencies(h: number, w: number): Float64Array {
  const k = Math.floor(w / 2) + 1;
  return Float64Array.from({ length: h * k }, (_, i) => {
    const row = Math.floor(i / k);
    return Math.hypot(Math.min(row, h - row) / h, (i % k) / w);
  });
}

/** The weights of a Gaussian, of sum 1; it reaches four deviations, as SciPy's does. */
export function gaussian(deviation: number): readonly number[] {
  const radius = Math.max(1, Math.round(4 * deviation));
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * deviation ** 2)),
  );
  const total = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / total);
}
