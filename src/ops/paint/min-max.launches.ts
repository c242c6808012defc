import type { Launching } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import type { MinMaxAttributes } from './min-max.ts';

const GROUP = 64;

export const minMax: Launching<MinMaxAttributes> = ({ inputs: [x], outputs: [y] }) => {
  const rows = y!.shape[0]!;
  return [
    {
      shader: 'paint/min-max',
      params: { rows, length: sizeOf(x!.shape) / rows },
      bindings: { x: x!.name, y: y!.name },
      threads: [rows * GROUP, 1, 1],
    },
  ];
};
