import type { Op } from '../ir/op.ts';
import { binaryOp } from './internal/binary.ts';

/** y = a/b, broadcasting. */
export const div: Op = binaryOp({
  type: 'div',
  gradients: [
    ({ builder, dy, b }) => builder.add('div', [dy, b]),
    // −dy·y/b
    ({ builder, dy, b, y }) => builder.add('neg', [builder.add('div', [builder.add('mul', [dy, y()]), b])]),
  ],
});
