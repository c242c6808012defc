import type { Op } from '../ir/op.ts';
import { same } from './internal/onnx.ts';
import { unaryOp } from './internal/unary.ts';

/** y = −x, any shape. */
export const neg: Op = unaryOp({
  type: 'neg',
  apply: (x) => -x,
  // dx = −dy
  gradient: ({ builder, dy }) => builder.add('neg', [dy]),
  onnx: { Neg: same('neg') },
});
