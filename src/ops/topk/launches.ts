import type { LaunchesByType } from '../family.ts';
import { orderStatistic } from './order-statistic.launches.ts';
import { topKMerge } from './top-k-merge.launches.ts';

/** The family on WebGPU, by type. */
export const launches: LaunchesByType = {
  'order-statistic': orderStatistic,
  'top-k-merge': topKMerge,
};
