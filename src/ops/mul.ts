import type { Op } from '../ir/op.ts';
import { binaryOp } from './internal/binary.ts';

/** y = a·b, broadcasting. */
export const mul: Op = binaryOp({
  type: 'mul',
  gradients: [({ builder, dy, b }) => builder.add('mul', [dy, b]), ({ builder, dy, a }) => builder.add('mul', [dy, a])],
});
