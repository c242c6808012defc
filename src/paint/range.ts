import { checkList, checkNumber } from '../check.ts';

/** The values that the two ends of a colour scale stand for. */
export type Range = readonly [low: number, high: number];

export interface RangeOptions {
  /** −m…m with the largest magnitude m, so that 0 is in the middle. */
  readonly symmetric?: boolean | undefined;
  /**
   * Leaves out this share of outliers, in per cent of the values at each open end: 99 lets the top 1 % saturate. Default 100.
   * Where all others are 0, none is left out.
   */
  readonly percentile?: number | undefined;
}

/** Throws ArgumentError unless both ends are numbers, the lower first. */
export function checkRange(range: Range): void {
  const [low, high] = checkList('the range', range, 2);
  checkNumber('the low end of the range', low);
  checkNumber('the high end of the range', high, { least: low! });
}

/** The range of the finite values; 0…0 where there are none. */
export function rangeOf(values: ArrayLike<number>, { symmetric = false, percentile = 100 }: RangeOptions = {}): Range {
  checkNumber('percentile', percentile, { least: 0, most: 100 });
  // A loop: functions called for each pixel of an image would take longer than the sorting.
  const finite = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isFinite(value)) finite[count++] = symmetric ? Math.abs(value) : value;
  }
  const sorted = finite.subarray(0, count).sort();
  let [low, high] = [quantile(sorted, (100 - percentile) / 100), quantile(sorted, percentile / 100)];
  // All but the outliers are 0, as where a unit reads a few pixels: they are what there is to see.
  if (low === 0 && high === 0) [low, high] = [quantile(sorted, 0), quantile(sorted, 1)];
  return [symmetric ? 0 - high : low, high];
}

/** With linear interpolation between the two nearest, as numpy's default. */
function quantile(sorted: Float64Array, q: number): number {
  if (sorted.length === 0) return 0;
  const at = q * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  const above = sorted[Math.ceil(at)]!;
  return below + (above - below) * (at - Math.floor(at));
}
