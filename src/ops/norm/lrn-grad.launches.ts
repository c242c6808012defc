import type { Launching } from '../../ir/op.ts';
import { elementwise } from '../internal/launch.ts';
import { lrnParams } from './neighbours.launches.ts';
import type { LrnAttributes } from './neighbours.ts';

export const lrnGrad: Launching<LrnAttributes> = ({ attributes, inputs: [x, dy], outputs: [dx] }) =>
  elementwise('norm/lrn-grad', dx!, { x: x!.name, dy: dy!.name, dx: dx!.name }, lrnParams(attributes, x!.shape));
