import type { Launching } from '../../ir/op.ts';
import { elementwise } from '../internal/launch.ts';
import { lrnParams } from './neighbours.launches.ts';
import type { LrnAttributes } from './neighbours.ts';

export const lrn: Launching<LrnAttributes> = ({ attributes, inputs: [x], outputs: [y] }) =>
  elementwise('norm/lrn', y!, { x: x!.name, y: y!.name }, lrnParams(attributes, x!.shape));
