import type { Op } from '../ir/op.ts';
import { same } from './internal/onnx.ts';
import { unaryOp } from './internal/unary.ts';

/** y = the largest integer ≤ x, any shape. */
export const floor: Op = unaryOp({
  type: 'floor',
  apply: Math.floor,
  onnx: { Floor: same('floor') },
});
