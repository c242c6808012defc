import type { Model, SampleSource } from '../../engine/model.ts';
import type { Explanation } from './parts/job.ts';
import { smoothed, type SmoothingOptions } from './parts/smoothing.ts';

/**
 * SmoothGrad²: the mean of the squares of a method's maps over noisy copies of the picture (Hooker et al. 2019, §4.1). It tells how strongly
 * pixels count, not for or against what.
 */
export function smoothGradSquared(
  model: Model,
  picture: SampleSource,
  options: SmoothingOptions = {},
): Promise<Explanation> {
  return smoothed('smoothgrad-squared', model, picture, options, (_, meanOfSquares) => meanOfSquares);
}
