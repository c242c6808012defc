import type { References } from '../family.ts';
import { affineGrad } from './affine-grad.reference.ts';
import { affine } from './affine.reference.ts';
import { readWindow } from './read-window.reference.ts';
import { resample } from './resample.reference.ts';

/** The family in float64, by type. */
export const references: References = {
  'affine-grad': affineGrad,
  affine,
  'read-window': readWindow,
  resample,
};
