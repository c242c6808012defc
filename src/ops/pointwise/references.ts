import type { References } from '../family.ts';
import { reluGrad } from './relu-grad.reference.ts';

/** The family in float64, by type. */
export const references: References = {
  'relu-grad': reluGrad,
};
