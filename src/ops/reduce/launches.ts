import type { LaunchesByType } from '../family.ts';
import { reduce } from './reduce.launches.ts';

/** The family on WebGPU, by type. */
export const launches: LaunchesByType = {
  reduce,
};
