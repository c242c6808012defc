import type { LaunchesByType } from '../family.ts';
import { affineGrad } from './affine-grad.launches.ts';
import { affine } from './affine.launches.ts';
import { readWindow } from './read-window.launches.ts';
import { resample } from './resample.launches.ts';

/** The family on WebGPU, by type. */
export const launches: LaunchesByType = {
  'affine-grad': affineGrad,
  affine,
  'read-window': readWindow,
  resample,
};
