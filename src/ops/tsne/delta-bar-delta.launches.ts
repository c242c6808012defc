import type { Launching } from '../../ir/op.ts';
import { elementwise } from '../internal/launch.ts';

export const deltaBarDelta: Launching = ({
  inputs: [x, velocity, gains, dx, rates],
  outputs: [nextX, nextVelocity, nextGains],
}) =>
  elementwise('tsne/delta-bar-delta', nextX!, {
    x: x!.name,
    velocity: velocity!.name,
    gains: gains!.name,
    dx: dx!.name,
    rates: rates!.name,
    next_x: nextX!.name,
    next_velocity: nextVelocity!.name,
    next_gains: nextGains!.name,
  });
