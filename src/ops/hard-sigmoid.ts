import type { Op } from '../ir/op.ts';
import { same } from './internal/onnx.ts';
import { unaryOp } from './internal/unary.ts';

interface HardSigmoidAttributes {
  readonly alpha: number;
  readonly beta: number;
}

/** y = alpha·x + beta between 0 and 1, any shape. */
export const hardSigmoid: Op = unaryOp<HardSigmoidAttributes>({
  type: 'hard-sigmoid',
  traits: { range: [0, 1] },
  apply: (x, { alpha, beta }) => Math.min(Math.max(alpha * x + beta, 0), 1),
  parameters: ({ alpha, beta }) => [alpha, beta],
  activation: true,
  // dx = alpha·dy·[0 < y < 1]
  gradient: ({ builder, attributes: { alpha }, y, dy }) =>
    builder.add('relu-grad', [y, builder.add('mul', [dy, builder.scalar(alpha)])], { rule: 'gradient', lo: 0, hi: 1 }),
  onnx: {
    HardSigmoid: same('hard-sigmoid', 1, (n) => ({ alpha: n.float('alpha', 0.2), beta: n.float('beta', 0.5) })),
  },
});
