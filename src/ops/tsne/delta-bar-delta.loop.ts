import { sizeOf } from '../../tensor/shape.ts';
import { overTensors } from '../internal/loops.ts';
import type { Loop } from '../loop.ts';
import { LEAST, LESS, MORE } from './gains.ts';

export const deltaBarDelta: Loop<object> = (context, machine) => {
  const size = sizeOf(context.inputs[0]!.shape);
  return overTensors(context, machine, [size, 8 * size], ({ inputs, outputs }, from, to) => {
    const [x, velocity, gains, dx, rates] = inputs;
    const [nextX, nextVelocity, nextGains] = outputs;
    for (let i = from; i < to; i++) {
      const turns = Math.sign(dx![i]!) * Math.sign(velocity![i]!) < 0;
      const gain = Math.max(turns ? gains![i]! + MORE : gains![i]! * LESS, LEAST);
      const moved = rates![0]! * velocity![i]! - rates![1]! * gain * dx![i]!;
      nextX![i] = x![i]! + moved;
      if (nextVelocity) nextVelocity[i] = moved;
      if (nextGains) nextGains[i] = gain;
    }
  });
};
