import type { Launching } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { elementwise } from '../internal/launch.ts';
import type { BatchNormAttributes } from './batch-norm.ts';

export const batchNorm: Launching<BatchNormAttributes> = ({
  attributes: { epsilon },
  inputs: [x, scale, bias, mean, variance],
  outputs: [y],
}) => {
  const [, c = 1, ...rest] = x!.shape;
  const names = { x: x!.name, scale: scale!.name, bias: bias!.name, mean: mean!.name, variance: variance!.name };
  return elementwise('norm/batch-norm', y!, { ...names, y: y!.name }, { c, inner: sizeOf(rest), epsilon });
};
