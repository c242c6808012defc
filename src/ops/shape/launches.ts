import type { LaunchesByType } from '../family.ts';
import { concat, expand, slice } from './copies.launches.ts';
import { pad } from './pad.launches.ts';
import { roll } from './roll.launches.ts';
import { transpose } from './transpose.launches.ts';

/** The family on WebGPU, by type. */
export const launches: LaunchesByType = {
  concat,
  expand,
  slice,
  pad,
  roll,
  transpose,
};
