import type { References } from '../family.ts';
import { augment } from './augment.reference.ts';
import { adamStep, rmspropStep, sgdStep } from './descent.reference.ts';
import { randomKeep } from './random-keep.reference.ts';
import { takeRows } from './take-rows.reference.ts';

/** The family in float64, by type. */
export const references: References = {
  'adam-step': adamStep,
  augment,
  'random-keep': randomKeep,
  'rmsprop-step': rmspropStep,
  'sgd-step': sgdStep,
  'take-rows': takeRows,
};
