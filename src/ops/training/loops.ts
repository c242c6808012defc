import { ofReference } from '../internal/float64.loop.ts';
import type { Loops } from '../loop.ts';
import { augment } from './augment.reference.ts';
import { adamStep, rmspropStep, sgdStep } from './descent.loop.ts';
import { randomKeep } from './random-keep.reference.ts';
import { takeRows } from './take-rows.loop.ts';

/** The family in float32 on the CPU, by type. */
export const loops: Loops = {
  'adam-step': adamStep,
  augment: ofReference(augment),
  'random-keep': ofReference(randomKeep),
  'rmsprop-step': rmspropStep,
  'sgd-step': sgdStep,
  'take-rows': takeRows,
};
