import type { References } from '../family.ts';
import { averagePoolGrad } from './average-pool-grad.reference.ts';
import { averagePool } from './average-pool.reference.ts';
import { maxPool } from './max-pool.reference.ts';
import { maxUnpool } from './max-unpool.reference.ts';

/** The family in float64, by type. */
export const references: References = {
  'average-pool-grad': averagePoolGrad,
  'average-pool': averagePool,
  'max-pool': maxPool,
  'max-unpool': maxUnpool,
};
