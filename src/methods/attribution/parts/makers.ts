import { RULES } from '../../../graph/differentiate.ts';
import type { Model } from '../../../engine/model.ts';
import type { Rules } from '../../../ir/op.ts';
import type { Shape } from '../../../tensor/shape.ts';
import { float32, type Data } from '../../../tensor/tensor.ts';
import { reduceChannels } from '../saliency.ts';
import { shapeOfInput } from './batches.ts';

/** Makes a map of what one pass back leaves at the input: of such methods many maps are made at once. */
export interface MapMaker {
  readonly rules: Rules;
  /** The map, of the gradient [c, h, w] and the input [c, h, w]; the gradient itself where it is absent. */
  readonly finish?: (gradient: Data, input: Data, shape: Shape) => Data;
  /** Of the map, where the input is [c, h, w]. */
  readonly shapeOf?: (shape: Shape) => Shape;
}

/** By the names of the methods. */
export const MAP_MAKERS: Readonly<
  Record<'gradient' | 'saliency' | 'guided-backprop' | 'deconvnet' | 'input-x-gradient', MapMaker>
> = {
  gradient: { rules: RULES.gradient },
  saliency: {
    rules: RULES.gradient,
    finish: (gradient, _, shape) => reduceChannels(float32(shape, gradient), 'max').data,
    shapeOf: ([, h, w]) => [h!, w!],
  },
  'guided-backprop': { rules: RULES.guided },
  deconvnet: { rules: RULES.deconvnet },
  'input-x-gradient': {
    rules: RULES.gradient,
    finish: (gradient, input) => Float32Array.from(gradient, (g, i) => g * input[i]!),
  },
};

export type MapMakerName = keyof typeof MAP_MAKERS;

/** Of the maps of a maker. */
export function shapeOfMap(model: Model, { shapeOf }: MapMaker): Shape {
  const shape = shapeOfInput(model);
  return shapeOf ? shapeOf(shape) : shape;
}
