import type { Loops } from '../loop.ts';
import { conv2d } from './conv2d.loop.ts';
import { conv2dInputGrad } from './conv2d-input-grad.loop.ts';

/** The family in float32 on the CPU, by type, but for the gradient of filters (more-loops.ts). */
export const loops: Loops = {
  conv2d,
  'conv2d-input-grad': conv2dInputGrad,
};
