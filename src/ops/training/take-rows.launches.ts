import type { Launching } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { elementwise } from '../internal/launch.ts';
import { rowLength, type TakeRowsAttributes } from './take-rows.ts';

export const takeRows: Launching<TakeRowsAttributes> = ({ attributes, inputs: [x, step, order], outputs: [y] }) => {
  const { count, shape, packed } = attributes;
  const rows = x!.shape[0]!;
  return elementwise(
    'training/take-rows',
    y!,
    { x: x!.name, step: step!.name, order: (order ?? x!).name, y: y!.name },
    {
      row: sizeOf(shape),
      length: rowLength(attributes),
      rows,
      count,
      places: order ? sizeOf(order.shape) : rows,
      ordered: Number(order !== undefined),
      packed: Number(packed),
    },
  );
};
