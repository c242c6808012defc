import type { Model, SampleSource } from '../../engine/model.ts';
import { attribute, type Attribution, type AttributionOptions } from '../parts/backpropagate.ts';

/** Gradient of the target with respect to the input, [c, h, w], signed (Simonyan et al. 2014, §3). */
export function gradient(model: Model, picture: SampleSource, options: AttributionOptions = {}): Promise<Attribution> {
  return attribute('gradient', model, picture, 'gradient', options);
}
