import type { Op } from '../ir/op.ts';
import { binaryOp } from './internal/binary.ts';

/** y = a/b, broadcasting; integers are divided towards zero. */
export const div: Op = binaryOp({
  type: 'div',
  apply: (a, b, dtype) => (dtype.startsWith('float') ? a / b : Math.trunc(a / b)),
  gradients: [
    ({ builder, dy, b }) => builder.add('div', [dy, b]),
    // −dy·y/b
    ({ builder, dy, b, y }) => builder.add('neg', [builder.add('div', [builder.add('mul', [dy, y()]), b])]),
  ],
});
