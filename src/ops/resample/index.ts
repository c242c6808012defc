import type { Family } from '../family.ts';
import { affine } from './affine.ts';
import { affineGrad } from './affine-grad.ts';
import { readWindow } from './read-window.ts';
import { resample } from './resample.ts';
import { resizes } from './resize.ts';

/** Pictures of another size, turned, scaled and cut. */
export const family: Family = {
  ops: [affine, affineGrad, readWindow, resample],
  importers: resizes,
  references: () => import('./references.ts'),
};
