import type { Op } from '../ir/op.ts';
import { binaryOp } from './internal/binary.ts';
import { same } from './internal/onnx.ts';
import { pairs } from './reference/pairs.ts';

/** y = a^b, broadcasting; b is an integer where a is negative. */
export const pow: Op = binaryOp({
  type: 'pow',
  evaluate: pairs((a, b) => a ** b),
  gradients: [
    // dy·b·a^(b − 1)
    ({ builder, dy, a, b }) => {
      const lower = builder.add('pow', [a, builder.add('sub', [b, builder.scalar(1)])]);
      return builder.add('mul', [builder.add('mul', [dy, b]), lower]);
    },
    // dy·y·ln a
    ({ builder, dy, a, y }) => builder.add('mul', [builder.add('mul', [dy, y()]), builder.add('log', [a])]),
  ],
  onnx: { Pow: same('pow', 2) },
});
