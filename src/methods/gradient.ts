import type { Model, Sample } from '../engine/model.ts';
import { RULES } from '../graph/differentiate.ts';
import { backpropagate, type Attribution, type AttributionOptions } from './parts/backpropagate.ts';

/** Gradient of the target with respect to the input, [c, h, w], signed (Simonyan et al. 2014, §3). */
export function gradient(model: Model, sample: Sample, options: AttributionOptions = {}): Promise<Attribution> {
  return backpropagate('gradient', model, sample, RULES.gradient, options);
}
