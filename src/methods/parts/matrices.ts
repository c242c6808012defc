import { float32, type Tensor } from '../../tensor/tensor.ts';

function matrix(rows: number, columns: number, at: (row: number, column: number) => number): Tensor {
  const numbers = new Float32Array(rows * columns);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) numbers[i++] = at(row, column);
  }
  return float32([rows, columns], numbers);
}

/**
 * A function of sizes that gives its last table again while a graph still holds it: images of one size share it, and its copy
 * on the device.
 */
function kept<Sizes extends readonly number[]>(make: (...sizes: Sizes) => Tensor): (...sizes: Sizes) => Tensor {
  let last: { readonly sizes: Sizes; readonly table: WeakRef<Tensor> } | undefined;
  return (...sizes) => {
    const known = last?.sizes.every((size, i) => size === sizes[i]) ? last.table.deref() : undefined;
    const table = known ?? make(...sizes);
    last = { sizes, table: new WeakRef(table) };
    return table;
  };
}

/**
 * [from, to]: a row of `from` pixels times it is the row resized to `to` pixels, with a triangle filter that is as wide as
 * a pixel of the coarser one (bilinear with antialiasing).
 */
export const interpolation: (from: number, to: number) => Tensor = kept((from, to) => {
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
});

/**
 * The two products of an inverse Fourier transform of real images [h, w]. A half spectrum [2·h, k], real parts over
 * imaginary ones, becomes `columns` · spectrum [2·h, k]; its upper half times `real` [k, w] plus its lower half times
 * `imaginary` is the image. k = ⌊w/2⌋ + 1.
 */
export function inverseFourier(h: number, w: number): { columns: Tensor; real: Tensor; imaginary: Tensor } {
  return { columns: columnsOf(h), real: realOf(w), imaginary: imaginaryOf(w) };
}

const columnsOf = kept((h) => {
  const { cos, sin } = turns(h);
  return matrix(2 * h, 2 * h, (row, column) => {
    const angle = ((row % h) * (column % h)) % h;
    if (row < h === column < h) return cos[angle]! / h;
    return (row < h ? -sin[angle]! : sin[angle]!) / h;
  });
});

const realOf = kept((w) => {
  const { cos } = turns(w);
  return matrix(Math.floor(w / 2) + 1, w, (frequency, at) => twice(frequency, w) * cos[(frequency * at) % w]!);
});

const imaginaryOf = kept((w) => {
  const { sin } = turns(w);
  return matrix(Math.floor(w / 2) + 1, w, (frequency, at) => -twice(frequency, w) * sin[(frequency * at) % w]!);
});

/** Cosine and sine of each nth of a turn. */
function turns(n: number): { cos: Float64Array; sin: Float64Array } {
  const angles = Float64Array.from({ length: n }, (_, i) => (2 * Math.PI * i) / n);
  return { cos: angles.map(Math.cos), sin: angles.map(Math.sin) };
}

/** The share of a frequency: one of the half that is left out is the conjugate of one that is there. */
function twice(frequency: number, w: number): number {
  return (frequency === 0 || 2 * frequency === w ? 1 : 2) / w;
}

/**
 * [2·h, 1, k]: what each number of a half spectrum is scaled by, √(w·h) / (4 · f to the power of `decay`) at f cycles per
 * pixel. Lucid divides by 4 to start near sigmoid's middle.
 */
export const falling: (h: number, w: number, decay: number) => Tensor = kept((h, w, decay) => {
  const k = Math.floor(w / 2) + 1;
  const scale = (f: number): number => Math.sqrt(w * h) / Math.max(f, 1 / Math.max(w, h)) ** decay / 4;
  const { data } = matrix(h, k, (row, column) => scale(Math.hypot(Math.min(row, h - row) / h, column / w)));
  const both = new Float32Array(2 * h * k);
  both.set(data);
  both.set(data, h * k);
  return float32([2 * h, 1, k], both);
});

/** The weights of a Gaussian, of sum 1; it reaches four deviations, as SciPy's does. */
export function gaussian(deviation: number): readonly number[] {
  const radius = Math.max(1, Math.round(4 * deviation));
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * deviation ** 2)),
  );
  const total = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / total);
}
