import type { Reference } from '../../ir/op.ts';
import { broadcastStrides } from '../../tensor/shape.ts';
import { walkIndices } from './walk.ts';

export const expand: Reference<object> = ({ inputs: [x], outputs: [y] }, [xv]) => [
  Float64Array.from(walkIndices(y!.shape, broadcastStrides(x!.shape, y!.shape)), (at) => xv![at]!),
];
