import type { Reference } from '../../ir/op.ts';
import { broadcastStrides } from '../../tensor/shape.ts';
import { walk } from '../internal/walk.reference.ts';

export const expand: Reference<object> = ({ inputs: [x], outputs: [y] }, [xv]) => [
  walk(xv!, y!.shape, broadcastStrides(x!.shape, y!.shape)),
];
