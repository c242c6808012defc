import { sizeOf } from '../../tensor/shape.ts';
import { BYTES } from '../internal/loops.ts';
import type { Loop } from '../loop.ts';
import type { OrderStatisticAttributes } from './order-statistic.ts';

/** Sorted in the scratch, where NaN comes last. */
export const orderStatistic: Loop<OrderStatisticAttributes> = ({ attributes, inputs }, { memory }) => {
  const size = sizeOf(inputs[0]!.shape);
  return {
    scratch: BYTES * size,
    bind: ({ inputs: [x], outputs: [y], scratch }) => ({
      run: () => {
        const sorted = memory.floats(scratch, size);
        sorted.set(memory.floats(x!, size));
        sorted.sort();
        memory.floats(y!, 1)[0] = sorted[attributes.rank]!;
      },
    }),
  };
};
