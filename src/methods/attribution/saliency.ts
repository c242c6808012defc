import { checkChoice } from '../../check.ts';
import type { Model, SampleSource } from '../../engine/model.ts';
import { float32, type Tensor } from '../../tensor/tensor.ts';
import { gradient } from './gradient.ts';
import type { Attribution, AttributionOptions } from '../parts/backpropagate.ts';

/** How the channels of a pixel become one number, from a map g [c, h, w]. */
export type Reduction = 'max' | 'sum' | 'l2';

const REDUCTIONS: Readonly<Record<Reduction, (so: number, g: number) => number>> = {
  /** max |g|, as published. */
  max: (so, g) => Math.max(so, Math.abs(g)),
  /** Σ |g| */
  sum: (so, g) => so + Math.abs(g),
  /** √Σ g² */
  l2: (so, g) => Math.hypot(so, g),
};

const REDUCTION_NAMES = Object.keys(REDUCTIONS) as Reduction[];

export interface SaliencyOptions extends AttributionOptions {
  readonly reduction?: Reduction | undefined;
}

/** Saliency map [h, w]: the gradient's magnitude, maximum over the channels (Simonyan et al. 2014, §3.1). */
export async function saliency(
  model: Model,
  picture: SampleSource,
  { reduction = 'max', ...options }: SaliencyOptions = {},
): Promise<Attribution> {
  checkChoice('reduction', reduction, REDUCTION_NAMES);
  const result = await gradient(model, picture, options);
  return { ...result, method: 'saliency', map: reduceChannels(result.map, reduction) };
}

/** [c, h, w] → [h, w] */
export function reduceChannels({ shape, data }: Tensor, reduction: Reduction): Tensor {
  const [channels = 1, height = 1, width = 1] = shape;
  const plane = height * width;
  const merge = REDUCTIONS[checkChoice('reduction', reduction, REDUCTION_NAMES)];
  const out = new Float32Array(plane);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < plane; i++) out[i] = merge(out[i]!, data[c * plane + i]!);
  }
  return float32([height, width], out);
}
