import type { Model, SampleSource } from '../../engine/model.ts';
import { RULES } from '../../graph/differentiate.ts';
import type { Rules } from '../../ir/op.ts';
import { attribute, type Attribution, type AttributionOptions } from '../parts/backpropagate.ts';

export interface DeconvnetOptions extends AttributionOptions {
  /** Unpooling where overlapping windows share a maximum; `accumulate` by default. */
  readonly overlap?: Rules['overlap'];
  /** Contrast normalisation on the way down; left out (`identity`) by default, as in Zeiler's deconvnet. */
  readonly lrn?: Rules['lrn'];
}

/**
 * Deconvnet: unpool through the recorded switches, rectify, filter with the transposed kernels; [c, h, w], signed
 * (Zeiler & Fergus 2014, §2.1).
 */
export function deconvnet(
  model: Model,
  picture: SampleSource,
  { overlap = RULES.deconvnet.overlap, lrn = RULES.deconvnet.lrn, ...options }: DeconvnetOptions = {},
): Promise<Attribution> {
  return attribute('deconvnet', model, picture, { ...RULES.deconvnet, overlap, lrn }, options);
}
