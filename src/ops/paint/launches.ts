import type { LaunchesByType } from '../family.ts';
import { channel } from './channel.launches.ts';
import { minMax } from './min-max.launches.ts';
import { mosaic } from './mosaic.launches.ts';
import { oneHot } from './one-hot.launches.ts';

/** The family on WebGPU, by type. */
export const launches: LaunchesByType = {
  channel,
  'min-max': minMax,
  mosaic,
  'one-hot': oneHot,
};
