import { sizeOf } from '../../tensor/shape.ts';
import { overTensors } from '../internal/loops.ts';
import type { Loop } from '../loop.ts';
import { STRONGEST_PLACE, type OneHotAttributes } from './one-hot.ts';

export const oneHot: Loop<OneHotAttributes> = (context, machine) => {
  const { shape } = context.outputs[0]!;
  const plane = sizeOf(shape.slice(2));
  return overTensors(context, machine, [1, sizeOf(shape)], ({ inputs: [extents, unit], outputs: [y] }) => {
    const [channel, place] = [unit![0]!, unit![1]!];
    y!.fill(0);
    y![channel * plane + (place === STRONGEST_PLACE ? extents![3 * channel + 2]! : place)] = 1;
  });
};
