import { sizeOf } from '../../tensor/shape.ts';
import { overTensors } from '../internal/loops.ts';
import type { Loop } from '../loop.ts';

export const channel: Loop<object> = (context, machine) => {
  const plane = sizeOf(context.outputs[0]!.shape);
  return overTensors(context, machine, [1, plane], ({ inputs: [x, which], outputs: [y] }) => {
    y!.set(x!.subarray(which![0]! * plane, (which![0]! + 1) * plane));
  });
};
