import type { Launching } from '../../ir/op.ts';
import { elementwise } from '../internal/launch.ts';
import { sizesOf, type ResampleAttributes } from './resample.ts';

export const resample: Launching<ResampleAttributes> = (context) => {
  const [x, first, weights] = context.inputs;
  const y = context.outputs[0]!;
  const bindings = { x: x!.name, first: first!.name, weights: weights!.name, y: y.name };
  return elementwise('resample/resample', y, bindings, sizesOf(context));
};
