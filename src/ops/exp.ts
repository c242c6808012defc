import type { Op } from '../ir/op.ts';
import { same } from './internal/onnx.ts';
import { unaryOp } from './internal/unary.ts';

/** y = e^x, any shape. */
export const exp: Op = unaryOp({
  type: 'exp',
  traits: { keepsOrder: () => true },
  apply: Math.exp,
  // dx = dy·y
  gradient: ({ builder, y, dy }) => builder.add('mul', [dy, y]),
  onnx: { Exp: same('exp') },
});
