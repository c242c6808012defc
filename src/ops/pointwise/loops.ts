import type { Loops } from '../loop.ts';
import { functions } from './functions.loop.ts';
import { functionsOfTwo } from './pairs.loop.ts';
import { reluGrad } from './relu-grad.loop.ts';

/** The family in float32 on the CPU, by type. */
export const loops: Loops = {
  ...functions,
  ...functionsOfTwo,
  'relu-grad': reluGrad,
};
