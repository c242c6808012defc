import type { LaunchesByType } from '../family.ts';
import { augment } from './augment.launches.ts';
import { adamStep, rmspropStep, sgdStep } from './descent.launches.ts';
import { randomKeep } from './random-keep.launches.ts';
import { takeRows } from './take-rows.launches.ts';

/** The family on WebGPU, by type. */
export const launches: LaunchesByType = {
  'adam-step': adamStep,
  augment,
  'random-keep': randomKeep,
  'rmsprop-step': rmspropStep,
  'sgd-step': sgdStep,
  'take-rows': takeRows,
};
