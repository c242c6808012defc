import type { Op } from '../ir/op.ts';
import { same } from './internal/onnx.ts';
import { unaryOp } from './internal/unary.ts';

/** y = 1/x, any shape. */
export const reciprocal: Op = unaryOp({
  type: 'reciprocal',
  apply: (x) => 1 / x,
  // dx = −dy·y²
  gradient: ({ builder, y, dy }) => builder.add('neg', [builder.add('mul', [dy, builder.add('mul', [y, y])])]),
  onnx: { Reciprocal: same('reciprocal') },
});
