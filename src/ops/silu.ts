import type { Op } from '../ir/op.ts';
import { emit } from './internal/onnx.ts';
import { unaryOp } from './internal/unary.ts';

/** y = x·s with s = 1 / (1 + e^−x), any shape; also called Swish. Files have it as Mul(x, Sigmoid(x)): see mul.ts. */
export const silu: Op = unaryOp({
  type: 'silu',
  apply: (x) => x / (1 + Math.exp(-x)),
  activation: true,
  // dx = dy·(s + y·(1 − s))
  gradient: ({ builder, x, y, dy }) => {
    const s = builder.add('sigmoid', [x]);
    const rest = builder.add('mul', [y, builder.add('sub', [builder.scalar(1), s])]);
    return builder.add('mul', [dy, builder.add('add', [s, rest])]);
  },
  onnx: {
    Swish: (n) => {
      if (n.float('alpha', 1) !== 1) n.refuse('an alpha other than 1');
      return [emit(n, 'silu', [n.input(0)])];
    },
  },
});
