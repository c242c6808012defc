import type { Loops } from '../loop.ts';
import { orderStatistic } from './order-statistic.loop.ts';
import { topKMerge } from './top-k-merge.loop.ts';

/** The family in float32 on the CPU, by type. */
export const loops: Loops = {
  'order-statistic': orderStatistic,
  'top-k-merge': topKMerge,
};
