import type { Launching } from '../../ir/op.ts';
import { epilogueOf } from '../internal/epilogue.launches.ts';
import { masking } from '../internal/epilogue.ts';
import { elementwise, SEVERAL } from '../internal/launch.ts';
import type { ReluGradAttributes } from './relu-grad.ts';

export const reluGrad: Launching<ReluGradAttributes> = ({ attributes, inputs: [y, dy], outputs: [dx] }) => {
  const { constants, params, operand } = epilogueOf(masking(attributes, y!.name), y!.name);
  return elementwise('pointwise/relu-grad', dx!, { dy: dy!.name, operand, dx: dx!.name }, params, {
    ...constants,
    ...SEVERAL,
  });
};
