import type { LaunchesByType } from '../family.ts';
import { randomChoice } from './random-choice.launches.ts';

/** The family on WebGPU, by type. */
export const launches: LaunchesByType = {
  'random-choice': randomChoice,
};
