import type { Launching } from '../../ir/op.ts';
import { elementwise } from '../internal/launch.ts';
import type { DrawAttributes } from './random-choice.ts';

export const randomChoice: Launching<DrawAttributes> = ({
  attributes: { seed, stream },
  inputs: [step, values],
  outputs: [y],
}) =>
  elementwise(
    'random/random-choice',
    y!,
    { step: step!.name, values: values!.name, y: y!.name },
    { rows: values!.shape[0]!, seed: seed >>> 0, stream },
  );
