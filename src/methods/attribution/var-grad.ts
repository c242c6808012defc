import type { Model, SampleSource } from '../../engine/model.ts';
import type { Explanation } from './parts/job.ts';
import { smoothed, type SmoothingOptions } from './parts/smoothing.ts';

/**
 * VarGrad: the variance of a method's maps over noisy copies of the picture, divided by their number and not by one less (Adebayo et al.
 * 2018, supplement). It shows where the map is unsteady, which need not be where the target is: what never changes gets nothing.
 */
export function varGrad(model: Model, picture: SampleSource, options: SmoothingOptions = {}): Promise<Explanation> {
  return smoothed('vargrad', model, picture, options, (mean, meanOfSquares) => Math.max(meanOfSquares - mean ** 2, 0));
}
