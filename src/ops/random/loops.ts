import { ofReference } from '../internal/float64.loop.ts';
import type { Loops } from '../loop.ts';
import { randomChoice } from './random-choice.reference.ts';

/** The family in float32 on the CPU, by type. */
export const loops: Loops = {
  'random-choice': ofReference(randomChoice),
};
