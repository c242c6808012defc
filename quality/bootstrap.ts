import { percentileOf } from '../src/methods/measures/ranking.ts';
import { randomNumbers } from '../src/tensor/random.ts';

export interface Interval {
  readonly mean: number;
  /** 95 % of the means of resampled photos lie between these. */
  readonly low: number;
  readonly high: number;
}

const RESAMPLED = 4000;

/**
 * An interval for the mean of something that is measured of pictures made of several photos each. Photos are drawn again, with
 * replacement, not pictures, which share photos and so are less than they seem; a picture counts as often as all of its photos
 * were drawn together (Owen 2007, "The pigeonhole bootstrap"), which rather makes the interval too wide.
 */
export function bootstrapped(values: readonly number[], photosOf: readonly (readonly string[])[]): Interval {
  const photos = [...new Set(photosOf.flat())];
  const random = randomNumbers(7);
  const means: number[] = [];
  while (means.length < RESAMPLED) {
    const drawn = new Map<string, number>();
    for (let k = 0; k < photos.length; k++) {
      const photo = photos[Math.floor(random() * photos.length)]!;
      drawn.set(photo, (drawn.get(photo) ?? 0) + 1);
    }
    let [sum, weights] = [0, 0];
    for (const [i, value] of values.entries()) {
      const weight = photosOf[i]!.reduce((product, photo) => product * (drawn.get(photo) ?? 0), 1);
      sum += weight * value;
      weights += weight;
    }
    if (weights > 0) means.push(sum / weights);
  }
  const ascending = Float64Array.from(means).sort();
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  return { mean, low: percentileOf(ascending, 2.5), high: percentileOf(ascending, 97.5) };
}
