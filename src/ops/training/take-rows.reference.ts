import type { Reference } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { rowLength, type TakeRowsAttributes } from './take-rows.ts';

export const takeRows: Reference<TakeRowsAttributes> = ({ attributes, inputs: [x] }, [rows, step, order]) => {
  const { count, shape, packed } = attributes;
  const [size, length] = [sizeOf(shape), rowLength(attributes)];
  const y = new Float64Array(count * size);
  for (let i = 0; i < y.length; i++) {
    const place = step![0]! * count + Math.floor(i / size);
    const row = order ? order[place % order.length]! : place % x!.shape[0]!;
    const at = i % size;
    y[i] = packed ? (rows![row * length + (at >> 2)]! >>> (8 * (at & 3))) & 255 : rows![row * length + at]!;
  }
  return [y];
};
