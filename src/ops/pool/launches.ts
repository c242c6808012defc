import type { LaunchesByType } from '../family.ts';
import { averagePoolGrad } from './average-pool-grad.launches.ts';
import { averagePool } from './average-pool.launches.ts';
import { maxPool } from './max-pool.launches.ts';
import { maxUnpool } from './max-unpool.launches.ts';

/** The family on WebGPU, by type. */
export const launches: LaunchesByType = {
  'average-pool-grad': averagePoolGrad,
  'average-pool': averagePool,
  'max-pool': maxPool,
  'max-unpool': maxUnpool,
};
