import type { Op } from '../ir/op.ts';
import { binaryOp } from './internal/binary.ts';
import { chain } from './internal/onnx.ts';
import { pairs } from './reference/pairs.ts';

/** y = the greater of a and b, broadcasting. The gradient goes to the greater one, to none on a tie. */
export const max: Op = binaryOp({
  type: 'max',
  traits: { takesInfinity: true, keepsOrder: () => true },
  evaluate: pairs((a, b) => Math.max(a, b)),
  gradients: [
    ({ builder, dy, a, b }) =>
      builder.add('relu-grad', [builder.add('sub', [a, b]), dy], { rule: 'gradient', lo: 0, hi: Infinity }),
    ({ builder, dy, a, b }) =>
      builder.add('relu-grad', [builder.add('sub', [b, a]), dy], { rule: 'gradient', lo: 0, hi: Infinity }),
  ],
  onnx: { Max: chain('max') },
});
