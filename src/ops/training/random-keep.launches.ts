import type { Launching } from '../../ir/op.ts';
import { elementwise } from '../internal/launch.ts';
import { keeping, type KeepAttributes } from './random-keep.ts';

export const randomKeep: Launching<KeepAttributes> = ({
  attributes: { rate, seed, stream },
  inputs: [step],
  outputs: [y],
}) =>
  elementwise(
    'training/random-keep',
    y!,
    { step: step!.name, y: y!.name },
    { seed: seed >>> 0, stream, ...keeping(rate) },
  );
