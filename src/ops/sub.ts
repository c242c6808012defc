import type { Op } from '../ir/op.ts';
import { binaryOp } from './internal/binary.ts';

/** y = a − b, broadcasting. */
export const sub: Op = binaryOp({
  type: 'sub',
  gradients: [({ dy }) => dy, ({ builder, dy }) => builder.add('neg', [dy])],
});
