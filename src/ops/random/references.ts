import type { References } from '../family.ts';
import { randomChoice } from './random-choice.reference.ts';

/** The family in float64, by type. */
export const references: References = {
  'random-choice': randomChoice,
};
