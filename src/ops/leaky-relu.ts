import type { Op } from '../ir/op.ts';
import { same } from './internal/onnx.ts';
import { unaryOp } from './internal/unary.ts';

interface LeakyReluAttributes {
  readonly alpha: number;
}

/** y = x for x > 0, alpha·x otherwise, any shape. */
export const leakyRelu: Op = unaryOp<LeakyReluAttributes>({
  type: 'leaky-relu',
  apply: (x, { alpha }) => (x > 0 ? x : alpha * x),
  parameters: ({ alpha }) => [alpha, 0],
  activation: true,
  // dx = alpha·dy + (1 − alpha)·dy·[x > 0]
  gradient: ({ builder, attributes: { alpha }, x, dy }) => {
    const open = builder.add('relu-grad', [x, dy], { rule: 'gradient', lo: 0, hi: Infinity });
    const leak = builder.add('mul', [dy, builder.scalar(alpha)]);
    return builder.add('add', [leak, builder.add('mul', [open, builder.scalar(1 - alpha)])]);
  },
  onnx: { LeakyRelu: same('leaky-relu', 1, (n) => ({ alpha: n.float('alpha', 0.01) })) },
});
