import type { Op } from '../ir/op.ts';
import { same } from './internal/onnx.ts';
import { unaryOp } from './internal/unary.ts';

/** y = x·h with h = x/6 + 1/2 between 0 and 1, any shape (Howard et al. 2019, §5.2). */
export const hardSwish: Op = unaryOp({
  type: 'hard-swish',
  apply: (x) => x * Math.min(Math.max(x / 6 + 0.5, 0), 1),
  activation: true,
  // dx = dy·h + dy·x/6·[0 < h < 1]
  gradient: ({ builder, x, dy }) => {
    const h = builder.add('hard-sigmoid', [x], { alpha: 1 / 6, beta: 0.5 });
    const slope = builder.add('div', [builder.add('mul', [dy, x]), builder.scalar(6)]);
    const inner = builder.add('relu-grad', [h, slope], { rule: 'gradient', lo: 0, hi: 1 });
    return builder.add('add', [builder.add('mul', [dy, h]), inner]);
  },
  onnx: { HardSwish: same('hard-swish') },
});
