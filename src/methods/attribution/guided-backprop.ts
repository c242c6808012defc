import type { Model, SampleSource } from '../../engine/model.ts';
import { attribute, type Attribution, type AttributionOptions } from '../parts/backpropagate.ts';

/** Guided backpropagation of the target to the input, [c, h, w], signed (Springenberg et al. 2015, §3). */
export function guidedBackprop(
  model: Model,
  picture: SampleSource,
  options: AttributionOptions = {},
): Promise<Attribution> {
  return attribute('guided-backprop', model, picture, 'guided', options);
}
