import type { Launching } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import type { OrderStatisticAttributes } from './order-statistic.ts';

const GROUP = 64;

export const orderStatistic: Launching<OrderStatisticAttributes> = ({
  attributes: { rank },
  inputs: [x],
  outputs: [y],
}) => [
  {
    shader: 'topk/order-statistic',
    params: { size: sizeOf(x!.shape), rank },
    bindings: { x: x!.name, y: y!.name },
    threads: [GROUP, 1, 1],
  },
];
