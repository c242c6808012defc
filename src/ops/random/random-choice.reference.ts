import type { Reference } from '../../ir/op.ts';
import { drawn } from '../internal/chance.ts';
import type { DrawAttributes } from './random-choice.ts';

export const randomChoice: Reference<DrawAttributes> = (
  { attributes: { seed, stream }, inputs: [, values] },
  [step, numbers],
) => {
  const [rows, size] = values!.shape as [number, number];
  const bits = drawn(seed, stream, step![0]!);
  const row = ((bits >>> 16) * rows) >>> 16;
  return [numbers!.slice(row * size, (row + 1) * size)];
};
