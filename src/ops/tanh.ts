import type { Op } from '../ir/op.ts';
import { same } from './internal/onnx.ts';
import { unaryOp } from './internal/unary.ts';

/** y = tanh x, any shape. */
export const tanh: Op = unaryOp({
  type: 'tanh',
  traits: { range: [-1, 1] },
  apply: Math.tanh,
  activation: true,
  // dx = dy·(1 − y²)
  gradient: ({ builder, y, dy }) =>
    builder.add('mul', [dy, builder.add('sub', [builder.scalar(1), builder.add('mul', [y, y])])]),
  onnx: { Tanh: same('tanh') },
});
