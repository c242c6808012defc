import { sizeOf } from '../../tensor/shape.ts';
import { overTensors } from '../internal/loops.ts';
import type { Loop } from '../loop.ts';
import type { MinMaxAttributes } from './min-max.ts';

export const minMax: Loop<MinMaxAttributes> = (context, machine) => {
  const rows = context.outputs[0]!.shape[0]!;
  const size = sizeOf(context.inputs[0]!.shape);
  const length = size / rows;
  return overTensors(context, machine, [rows, 2 * size], ({ inputs: [x], outputs: [y] }, from, to) => {
    for (let row = from; row < to; row++) {
      let [low, high, place] = [Infinity, -Infinity, 0];
      for (let i = 0; i < length; i++) {
        const value = x![row * length + i]!;
        // No infinity, and no NaN.
        if (value - value !== 0) continue;
        if (value < low) low = value;
        if (value > high) [high, place] = [value, i];
      }
      const none = low > high;
      y![3 * row] = none ? NaN : low;
      y![3 * row + 1] = none ? NaN : high;
      y![3 * row + 2] = place;
    }
  });
};
