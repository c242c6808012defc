import type { GaborShape } from './gabor-shape.ts';

/** Waves that are tried: the highest peaks of the spectrum. */
const PEAKS = 3;
/** Widths of the Gaussian that are tried with each, in sides of the filter. */
const WIDTHS = [1 / 10, 1 / 6, 1 / 3.5] as const;

/**
 * Where fits of a Gabor function to a filter [planes, rows, columns] start: waves at the highest peaks of its spectrum, each
 * with several widths, where it is strongest; and waves so long that only a ramp is left of them, in the direction in which it rises.
 */
export function gaborStarts(
  filter: ArrayLike<number>,
  planes: number,
  rows: number,
  columns: number,
): readonly GaborShape[] {
  const grey = mainColour(filter, planes, rows * columns);
  const side = Math.min(rows, columns);
  const widths = WIDTHS.map((part) => part * side);
  const waves = peaksOf(grey, rows, columns).flatMap((peak) => startsWith(grey, rows, columns, peak, widths));
  return [...waves, ...widths.map((width) => rampOf(grey, rows, columns, width))];
}

/** The planes as one, along the colour in which they vary most. */
function mainColour(filter: ArrayLike<number>, planes: number, size: number): Float64Array {
  const gram = Array.from({ length: planes }, (_, a) =>
    Array.from({ length: planes }, (_, b) => {
      let sum = 0;
      for (let i = 0; i < size; i++) sum += filter[a * size + i]! * filter[b * size + i]!;
      return sum;
    }),
  );
  // The row of the strongest plane is not orthogonal to the largest eigenvector, which powers of the matrix turn it to.
  let colour = gram.reduce((best, row, c) => (row[c]! > best[gram.indexOf(best)]! ? row : best));
  for (let turns = 0; turns < 50; turns++) {
    const length = Math.hypot(...colour) || 1;
    colour = gram.map((row) => row.reduce((sum, value, c) => sum + (value * colour[c]!) / length, 0));
  }
  const length = Math.hypot(...colour) || 1;
  const grey = new Float64Array(size);
  for (let c = 0; c < planes; c++) {
    for (let i = 0; i < size; i++) grey[i]! += (colour[c]! / length) * filter[c * size + i]!;
  }
  return grey;
}

type Frequency = readonly [x: number, y: number];

/** The highest peaks of the power spectrum, cycles per px, in half of the plane: of real numbers the other half is the same. */
function peaksOf(grey: Float64Array, rows: number, columns: number): readonly Frequency[] {
  // Twice as fine as the discrete transform, so that a wave between two of its frequencies has a peak too.
  const power = new Map<string, number>();
  const frequencies: Frequency[] = [];
  for (let v = 0; v <= rows; v++) {
    for (let u = -columns; u <= columns; u++) {
      const [re, im] = wave(grey, rows, columns, u / (2 * columns), v / (2 * rows));
      power.set(`${u},${v}`, re * re + im * im);
      if (v > 0 || u >= 0) frequencies.push([u, v]);
    }
  }
  const at = (u: number, v: number): number => power.get(v < 0 ? `${-u},${-v}` : `${u},${v}`) ?? 0;
  const isPeak = ([u, v]: Frequency): boolean => {
    for (let dv = -1; dv <= 1; dv++) {
      for (let du = -1; du <= 1; du++) if (at(u + du, v + dv) > at(u, v)) return false;
    }
    return true;
  };
  return frequencies
    .filter(isPeak)
    .sort((a, b) => at(...b) - at(...a))
    .slice(0, PEAKS)
    .map(([u, v]) => [u / (2 * columns), v / (2 * rows)]);
}

/** Σ grey · exp(−2πi(fx·x + fy·y)), x and y from the middle. */
function wave(
  grey: Float64Array,
  rows: number,
  columns: number,
  fx: number,
  fy: number,
): readonly [re: number, im: number] {
  let [re, im] = [0, 0];
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++) {
      const turn = 2 * Math.PI * (fx * (column - (columns - 1) / 2) + fy * (row - (rows - 1) / 2));
      re += grey[i]! * Math.cos(turn);
      im -= grey[i]! * Math.sin(turn);
    }
  }
  return [re, im];
}

/** A wave under round Gaussians of several widths, each at the pixel where it answers the filter most. */
function startsWith(
  grey: Float64Array,
  rows: number,
  columns: number,
  [fx, fy]: Frequency,
  widths: readonly number[],
): readonly GaborShape[] {
  const turns = grey.map((_, i) => 2 * Math.PI * (fx * (i % columns) + fy * Math.floor(i / columns)));
  const re = grey.map((value, i) => value * Math.cos(turns[i]!));
  const im = grey.map((value, i) => -value * Math.sin(turns[i]!));
  // A wave of no frequency would have no slope by it.
  const frequency = Math.max(Math.hypot(fx, fy), 1 / (4 * Math.max(rows, columns)));
  return widths.map((width) => {
    const blurredRe = blur(re, rows, columns, width);
    const blurredIm = blur(im, rows, columns, width);
    const strength = blurredRe.map((value, i) => Math.hypot(value, blurredIm[i]!));
    const at = strength.reduce((best, value, i) => (value > strength[best]! ? i : best), 0);
    const [x, y] = [at % columns, Math.floor(at / columns)];
    const phase = Math.atan2(blurredIm[at]!, blurredRe[at]!) + turns[at]!;
    const deviation = Math.log(width);
    return [x - (columns - 1) / 2, y - (rows - 1) / 2, Math.atan2(fy, fx), deviation, deviation, frequency, phase];
  });
}

/** A sine at its zero, in the middle. */
function rampOf(grey: Float64Array, rows: number, columns: number, width: number): GaborShape {
  let [x, y] = [0, 0];
  for (let i = 0; i < grey.length; i++) {
    x += grey[i]! * ((i % columns) - (columns - 1) / 2);
    y += grey[i]! * (Math.floor(i / columns) - (rows - 1) / 2);
  }
  const frequency = 1 / (8 * Math.max(rows, columns));
  return [0, 0, Math.atan2(y, x), Math.log(width), Math.log(width), frequency, -Math.PI / 2];
}

/** Each pixel becomes the sum of all, weighted by a Gaussian around it. */
function blur(values: Float64Array, rows: number, columns: number, width: number): Float64Array {
  const weights = Array.from({ length: Math.max(rows, columns) }, (_, d) => Math.exp((-d * d) / (2 * width * width)));
  return values.map((_, at) => {
    let sum = 0;
    for (let row = 0, i = 0; row < rows; row++) {
      const weight = weights[Math.abs(row - Math.floor(at / columns))]!;
      for (let column = 0; column < columns; column++, i++) {
        sum += weight * weights[Math.abs(column - (at % columns))]! * values[i]!;
      }
    }
    return sum;
  });
}
