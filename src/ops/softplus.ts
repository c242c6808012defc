import type { Op } from '../ir/op.ts';
import { same } from './internal/onnx.ts';
import { unaryOp } from './internal/unary.ts';

/** y = ln(1 + e^x), any shape. */
export const softplus: Op = unaryOp({
  type: 'softplus',
  apply: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  activation: true,
  // dx = dy / (1 + e^−x)
  gradient: ({ builder, x, dy }) => builder.add('mul', [dy, builder.add('sigmoid', [x])]),
  onnx: { Softplus: same('softplus') },
});
