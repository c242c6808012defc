import type { Launching } from '../../ir/op.ts';
import { rowsOf, type SoftmaxAttributes } from './softmax.ts';

const GROUP = 64;

/** From this many classes on a whole workgroup does a row: before, its barriers cost more than they save. */
const GROUP_FROM = 256;

export const softmax: Launching<SoftmaxAttributes> = ({ attributes: { axis, log }, inputs: [x], outputs: [y] }) => {
  const { rows, length, stride } = rowsOf(x!.shape, axis);
  if (rows * length === 0) return [];
  const grouped = length >= GROUP_FROM;
  return [
    {
      shader: grouped ? 'norm/softmax-group' : 'norm/softmax',
      constants: { LOG: Number(log) },
      params: { rows, length, stride },
      bindings: { x: x!.name, y: y!.name },
      threads: [grouped ? rows * GROUP : rows, 1, 1],
    },
  ];
};
