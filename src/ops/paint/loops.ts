import type { Loops } from '../loop.ts';
import { channel } from './channel.loop.ts';
import { minMax } from './min-max.loop.ts';
import { mosaic } from './mosaic.loop.ts';
import { oneHot } from './one-hot.loop.ts';

/** The family in float32 on the CPU, by type. */
export const loops: Loops = {
  channel,
  'min-max': minMax,
  mosaic,
  'one-hot': oneHot,
};
