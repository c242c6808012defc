import type { Op } from '../ir/op.ts';
import { same } from './internal/onnx.ts';
import { unaryOp } from './internal/unary.ts';

/** y = the smallest integer ≥ x, any shape. */
export const ceil: Op = unaryOp({
  type: 'ceil',
  apply: Math.ceil,
  onnx: { Ceil: same('ceil') },
});
