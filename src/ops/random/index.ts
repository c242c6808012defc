import type { Family } from '../family.ts';
import { randomChoice } from './random-choice.ts';

/** Chance. */
export const family: Family = {
  ops: [randomChoice],
  references: () => import('./references.ts'),
};
