import type { Loops } from '../loop.ts';
import { affine, affineGrad } from './affine.loop.ts';
import { readWindow } from './read-window.loop.ts';
import { resample } from './resample.loop.ts';

/** The family in float32 on the CPU, by type. */
export const loops: Loops = {
  affine,
  'affine-grad': affineGrad,
  'read-window': readWindow,
  resample,
};
