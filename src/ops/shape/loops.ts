import type { Loops } from '../loop.ts';
import { concat, expand, slice, transpose } from './copies.loop.ts';
import { pad } from './pad.loop.ts';
import { roll } from './roll.loop.ts';

/** The family in float32 on the CPU, by type. */
export const loops: Loops = {
  concat,
  expand,
  pad,
  roll,
  slice,
  transpose,
};
