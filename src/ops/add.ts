import type { Op } from '../ir/op.ts';
import { binaryOp } from './internal/binary.ts';
import { same } from './internal/onnx.ts';

/** y = a + b, broadcasting. */
export const add: Op = binaryOp({
  type: 'add',
  traits: { tail: 'residual', takesInfinity: true },
  gradients: [({ dy }) => dy, ({ dy }) => dy],
  onnx: { Add: same('add', 2) },
});
