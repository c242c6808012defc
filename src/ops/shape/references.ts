import type { References } from '../family.ts';
import { concat } from './concat.reference.ts';
import { expand } from './expand.reference.ts';
import { gather } from './gather.reference.ts';
import { pad } from './pad.reference.ts';
import { roll } from './roll.reference.ts';
import { slice } from './slice.reference.ts';
import { transpose } from './transpose.reference.ts';

/** The family in float64, by type. */
export const references: References = {
  concat,
  expand,
  gather,
  pad,
  roll,
  slice,
  transpose,
};
