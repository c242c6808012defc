import { ShapeError } from '../errors.ts';
import { formatShape } from '../tensor/shape.ts';
import { float32, type Tensor } from '../tensor/tensor.ts';
import { inSlices } from '../work/steps.ts';
import { gaborFit, isGaborLike, type GaborFit } from './gabor.ts';
import { scramblePhases } from './phase-scramble.ts';

/** How many filters of a layer are like Gabor functions, and how many would be by chance. */
export interface GaborSummary {
  /** Of each filter. */
  readonly fits: readonly GaborFit[];
  /** Filters that are Gabor-like. */
  readonly count: number;
  /** The same of a copy of each filter with scrambled phases: what a layer with these spectra and colours has without edges. */
  readonly scrambledCount: number;
}

export interface GaborSummaryOptions {
  /** Of the phases; 0 by default. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** 0…1, after each filter. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/**
 * Fits a Gabor function times a colour to each of the filters [filters, planes, rows, columns] of a first layer, and to a copy of
 * it with scrambled phases, in slices of a few milliseconds where they are of the usual sizes: the time of one grows with the fourth
 * power of its side. Throws {@link ShapeError} for filters of less than
 * {@link MIN_GABOR_SIDE} pixels, and the signal's reason when aborted.
 */
export async function gaborSummary(
  { shape, data }: Tensor,
  { seed = 0, signal, onProgress }: GaborSummaryOptions = {},
): Promise<GaborSummary> {
  const [filters, ...each] = shape;
  if (filters === undefined || each.length !== 3) {
    throw new ShapeError('these are no filters', {
      expected: 'filters×planes×height×width',
      got: formatShape(shape),
    });
  }
  const size = data.length / filters;
  function* steps(): Generator<undefined, GaborSummary> {
    const fits: GaborFit[] = [];
    let scrambledCount = 0;
    for (let k = 0; k < filters!; k++) {
      const filter = float32(each, Float32Array.from(data.subarray(k * size, (k + 1) * size)));
      fits.push(yield* gaborFit(filter));
      const copy = scramblePhases(filter, seed + k);
      yield;
      if (isGaborLike(yield* gaborFit(copy))) scrambledCount++;
      onProgress?.((k + 1) / filters!);
    }
    return { fits, count: fits.filter(isGaborLike).length, scrambledCount };
  }
  return await inSlices(steps(), signal);
}
