import type { Family } from '../family.ts';
import { orderStatistic } from './order-statistic.ts';
import { topKMerge } from './top-k-merge.ts';

/** The greatest of many. */
export const family: Family = {
  ops: [orderStatistic, topKMerge],
  references: () => import('./references.ts'),
};
