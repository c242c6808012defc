import { checkChoice } from '../../check.ts';
import type { Model, Sample } from '../../engine/model.ts';
import { inputSize } from './measure.ts';

/**
 * What takes a pixel's place: the network's mean colour, which is 0 of its input, or the blurred picture. Rankings of maps turn
 * with it: many scattered pixels of one colour disturb a network more than a large blurred part.
 */
export type MeasureFill = 'mean' | 'blur';

const FILLS: readonly MeasureFill[] = ['mean', 'blur'];

/** Side of the kernel that blurs, and the deviation of what it comes from, px: those of the authors of RISE (Petsiuk et al. 2018). */
const [SIDE, SIGMA] = [11, 5];
/** Where SciPy's Gaussian ends, in deviations. */
const TRUNCATE = 4;

/** A whole input [c, h, w] of what is filled in. */
export function fillOf(model: Model, { input }: Pick<Sample, 'input'>, fill: MeasureFill): Float32Array {
  checkChoice('fill', fill, FILLS);
  if (fill === 'mean') return new Float32Array(input.data.length);
  const { channels, height, width } = inputSize(model);
  return blurred(input.data, channels, height, width);
}

/**
 * The kernel along one axis: SciPy's Gaussian filter of an impulse in the middle of a window as wide as the kernel, which it mirrors
 * at the window's ends. So nothing of it is lost, and it is nearly a box: its corners have 0.88 of the middle.
 */
export function rowOfBlur(): Float64Array {
  const reach = TRUNCATE * SIGMA;
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * SIGMA ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const middle = (SIDE - 1) / 2;
  const row = new Float64Array(SIDE);
  for (let x = 0; x < SIDE; x++) {
    for (let k = -reach; k <= reach; k++)
      if (mirrored(x + k, SIDE) === middle) row[x] = row[x]! + weights[k + reach]! / sum;
  }
  return row;
}

/** Where a place beyond the ends is inside, the outermost places twice: … 1 0 0 1 2 … */
function mirrored(at: number, size: number): number {
  const folded = ((at % (2 * size)) + 2 * size) % (2 * size);
  return folded < size ? folded : 2 * size - 1 - folded;
}

/** Each plane blurred, along rows and then along columns; beyond the picture lie zeros. */
function blurred(data: ArrayLike<number>, channels: number, height: number, width: number): Float32Array {
  const row = rowOfBlur();
  const reach = (SIDE - 1) / 2;
  const along = new Float64Array(channels * height * width);
  const out = new Float32Array(along.length);
  for (let i = 0; i < along.length; i++) {
    const x = i % width;
    let sum = 0;
    for (let k = -reach; k <= reach; k++) if (x + k >= 0 && x + k < width) sum += row[k + reach]! * data[i + k]!;
    along[i] = sum;
  }
  for (let i = 0; i < along.length; i++) {
    const y = Math.floor(i / width) % height;
    let sum = 0;
    for (let k = -reach; k <= reach; k++) {
      if (y + k >= 0 && y + k < height) sum += row[k + reach]! * along[i + k * width]!;
    }
    out[i] = sum;
  }
  return out;
}
