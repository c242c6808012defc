import type { References } from '../family.ts';
import { orderStatistic } from './order-statistic.reference.ts';
import { topKMerge } from './top-k-merge.reference.ts';

/** The family in float64, by type. */
export const references: References = {
  'order-statistic': orderStatistic,
  'top-k-merge': topKMerge,
};
