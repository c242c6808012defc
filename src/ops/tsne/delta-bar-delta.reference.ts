import type { Reference } from '../../ir/op.ts';
import { LEAST, LESS, MORE } from './gains.ts';

export const deltaBarDelta: Reference<object> = (_, [x, velocity, gains, dx, rates]) => {
  const nextGains = gains!.map((gain, i) =>
    Math.max(Math.sign(dx![i]!) * Math.sign(velocity![i]!) < 0 ? gain + MORE : gain * LESS, LEAST),
  );
  const moved = velocity!.map((v, i) => rates![0]! * v - rates![1]! * nextGains[i]! * dx![i]!);
  return [x!.map((value, i) => value + moved[i]!), moved, nextGains];
};
