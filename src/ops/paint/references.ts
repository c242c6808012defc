import type { References } from '../family.ts';
import { channel } from './channel.reference.ts';
import { minMax } from './min-max.reference.ts';
import { mosaic } from './mosaic.reference.ts';
import { oneHot } from './one-hot.reference.ts';

/** The family in float64, by type. */
export const references: References = {
  channel,
  'min-max': minMax,
  mosaic,
  'one-hot': oneHot,
};
