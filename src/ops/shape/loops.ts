import type { Loops } from '../loop.ts';
import { concat, expand, slice, transpose } from './copies.loop.ts';
import { pad } from './pad.loop.ts';

/** The family in float32 on the CPU, by type, but for `roll` (more-loops.ts). */
export const loops: Loops = {
  concat,
  expand,
  pad,
  slice,
  transpose,
};
