import type { Launching } from '../../ir/op.ts';
import { elementwise } from '../internal/launch.ts';

export const roll: Launching = ({ inputs: [x, down, right], outputs: [y] }) =>
  elementwise(
    'shape/roll',
    y!,
    { x: x!.name, down: down!.name, right: right!.name, y: y!.name },
    { h: x!.shape[2]!, w: x!.shape[3]! },
  );
