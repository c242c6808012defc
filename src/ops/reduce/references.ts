import type { References } from '../family.ts';
import { reduce } from './reduce.reference.ts';

/** The family in float64, by type. */
export const references: References = {
  reduce,
};
