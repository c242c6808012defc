import type { Loops } from '../loop.ts';
import { conv2d } from './conv2d.loop.ts';
import { conv2dInputGrad } from './conv2d-input-grad.loop.ts';
import { conv2dWeightGrad } from './conv2d-weight-grad.loop.ts';

/** The family in float32 on the CPU, by type. */
export const loops: Loops = {
  conv2d,
  'conv2d-input-grad': conv2dInputGrad,
  'conv2d-weight-grad': conv2dWeightGrad,
};
