import type { Op } from '../ir/op.ts';
import { same } from './internal/onnx.ts';
import { unaryOp } from './internal/unary.ts';

/** y = |x|, any shape. */
export const abs: Op = unaryOp({
  type: 'abs',
  apply: Math.abs,
  // dx = dy·[x > 0] − dy·[x < 0]
  gradient: ({ builder, x, dy }) =>
    builder.add('sub', [
      builder.add('relu-grad', [x, dy], { rule: 'gradient', lo: 0, hi: Infinity }),
      builder.add('relu-grad', [x, dy], { rule: 'gradient', lo: -Infinity, hi: 0 }),
    ]),
  onnx: { Abs: same('abs') },
});
