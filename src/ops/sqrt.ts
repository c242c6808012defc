import type { Op } from '../ir/op.ts';
import { same } from './internal/onnx.ts';
import { unaryOp } from './internal/unary.ts';

/** y = √x, any shape. */
export const sqrt: Op = unaryOp({
  type: 'sqrt',
  apply: Math.sqrt,
  // dx = dy/2y
  gradient: ({ builder, y, dy }) => builder.add('div', [builder.add('mul', [dy, builder.scalar(0.5)]), y]),
  onnx: { Sqrt: same('sqrt') },
});
