import { sizeOf } from '../../tensor/shape.ts';
import { overTensors } from '../internal/loops.ts';
import type { Loop } from '../loop.ts';
import { rowLength, type TakeRowsAttributes } from './take-rows.ts';

export const takeRows: Loop<TakeRowsAttributes> = (context, machine) => {
  const { count, shape, packed } = context.attributes;
  const [size, length] = [sizeOf(shape), rowLength(context.attributes)];
  const rows = context.inputs[0]!.shape[0]!;
  return overTensors(
    context,
    machine,
    [count, count * size],
    ({ inputs: [x, step, order], outputs: [y] }, from, to) => {
      for (let i = from; i < to; i++) {
        const place = step![0]! * count + i;
        const start = length * (order ? order[place % order.length]! : place % rows);
        if (packed)
          for (let at = 0; at < size; at++) y![i * size + at] = (x![start + (at >> 2)]! >>> (8 * (at & 3))) & 255;
        else y!.set(x!.subarray(start, start + size), i * size);
      }
    },
  );
};
