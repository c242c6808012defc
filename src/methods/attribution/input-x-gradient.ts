import type { Model, SampleSource } from '../../engine/model.ts';
import type { ExplainOptions, Explanation } from './parts/job.ts';
import { MAP_MAKERS } from './parts/makers.ts';
import { sentBack } from './parts/sent-back.ts';

/**
 * Input × gradient, [c, h, w] (Shrikumar et al. 2016, §2). Where the network is piecewise linear, it adds up to the score but for what
 * biases give. The input is what is left when the mean colour is taken away: pixels of that colour get nothing.
 */
export function inputXGradient(
  model: Model,
  picture: SampleSource,
  options: ExplainOptions = {},
): Promise<Explanation> {
  return sentBack('input-x-gradient', model, picture, options, MAP_MAKERS['input-x-gradient']);
}
