import type { Launching } from '../../ir/op.ts';
import { elementwise, SEVERAL } from '../internal/launch.ts';

export const relu: Launching = ({ inputs: [x], outputs: [y] }) =>
  elementwise('pointwise/relu', y!, { x: x!.name, y: y!.name }, {}, SEVERAL);
