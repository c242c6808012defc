import type { LaunchesByType } from '../family.ts';
import { functions } from './functions.launches.ts';
import { functionsOfTwo } from './pairs.launches.ts';
import { redirectedRelu } from './redirected-relu.launches.ts';
import { reluGrad } from './relu-grad.launches.ts';
import { relu } from './relu.launches.ts';

/** The family on WebGPU, by type. */
export const launches: LaunchesByType = {
  ...functions,
  ...functionsOfTwo,
  'redirected-relu': redirectedRelu,
  'relu-grad': reluGrad,
  relu,
};
