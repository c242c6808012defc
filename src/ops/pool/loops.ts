import type { Loops } from '../loop.ts';
import { averagePoolGrad } from './average-pool-grad.loop.ts';
import { averagePool } from './average-pool.loop.ts';
import { maxPool } from './max-pool.loop.ts';
import { maxUnpool } from './max-unpool.loop.ts';

/** The family in float32 on the CPU, by type. */
export const loops: Loops = {
  'average-pool-grad': averagePoolGrad,
  'average-pool': averagePool,
  'max-pool': maxPool,
  'max-unpool': maxUnpool,
};
