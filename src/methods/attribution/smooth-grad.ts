import type { Model, SampleSource } from '../../engine/model.ts';
import type { Explanation } from './parts/job.ts';
import { smoothed, type SmoothingOptions } from './parts/smoothing.ts';

/**
 * SmoothGrad: the mean of a method's maps over noisy copies of the picture (Smilkov et al. 2017, §3). It assumes that what differs from
 * copy to copy is not what the network goes by; without noise it is the method itself.
 */
export function smoothGrad(model: Model, picture: SampleSource, options: SmoothingOptions = {}): Promise<Explanation> {
  return smoothed('smoothgrad', model, picture, options, (mean) => mean);
}
