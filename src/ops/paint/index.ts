import type { Family } from '../family.ts';
import { channel } from './channel.ts';
import { minMax } from './min-max.ts';
import { mosaic } from './mosaic.ts';
import { oneHot } from './one-hot.ts';

/** Pictures of layers. */
export const family: Family = {
  ops: [channel, minMax, mosaic, oneHot],
  references: () => import('./references.ts'),
};
