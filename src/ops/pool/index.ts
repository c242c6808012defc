import type { Family } from '../family.ts';
import { averagePool } from './average-pool.ts';
import { averagePoolGrad } from './average-pool-grad.ts';
import { globalMaxPool } from './global-max-pool.ts';
import { maxPool } from './max-pool.ts';
import { maxUnpool } from './max-unpool.ts';

/** Pooling and the ways back through it. */
export const family: Family = {
  ops: [averagePool, averagePoolGrad, maxPool, maxUnpool],
  importers: { GlobalMaxPool: globalMaxPool },
  references: () => import('./references.ts'),
};
