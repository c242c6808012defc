import type { Reference } from '../../ir/op.ts';
import type { OrderStatisticAttributes } from './order-statistic.ts';

export const orderStatistic: Reference<OrderStatisticAttributes> = ({ attributes: { rank } }, [x]) => [
  x!
    .slice()
    .sort()
    .slice(rank, rank + 1),
];
