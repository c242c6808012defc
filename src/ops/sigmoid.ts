import type { Op } from '../ir/op.ts';
import { same } from './internal/onnx.ts';
import { unaryOp } from './internal/unary.ts';

/** y = 1 / (1 + e^−x), any shape. */
export const sigmoid: Op = unaryOp({
  type: 'sigmoid',
  traits: { squash: ({ inputs: [scores] }) => ({ kind: 'sigmoid', scores: scores! }) },
  apply: (x) => 1 / (1 + Math.exp(-x)),
  activation: true,
  // dx = dy·y·(1 − y)
  gradient: ({ builder, y, dy }) =>
    builder.add('mul', [builder.add('mul', [dy, y]), builder.add('sub', [builder.scalar(1), y])]),
  onnx: { Sigmoid: same('sigmoid') },
});
