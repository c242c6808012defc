import type { Model, Sample } from '../engine/model.ts';
import { RULES } from '../graph/differentiate.ts';
import { backpropagate, type Attribution, type AttributionOptions } from './parts/backpropagate.ts';

/** Guided backpropagation of the target to the input, [c, h, w], signed (Springenberg et al. 2015, §3). */
export function guidedBackprop(model: Model, sample: Sample, options: AttributionOptions = {}): Promise<Attribution> {
  return backpropagate('guided-backprop', model, sample, RULES.guided, options);
}
