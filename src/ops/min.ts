import type { Op } from '../ir/op.ts';
import { binaryOp } from './internal/binary.ts';
import { chain } from './internal/onnx.ts';
import { pairs } from './reference/pairs.ts';

/** y = the smaller of a and b, broadcasting. The gradient goes to the smaller one, to none on a tie. */
export const min: Op = binaryOp({
  type: 'min',
  traits: { takesInfinity: true, keepsOrder: () => true },
  evaluate: pairs((a, b) => Math.min(a, b)),
  gradients: [
    ({ builder, dy, a, b }) =>
      builder.add('relu-grad', [builder.add('sub', [b, a]), dy], { rule: 'gradient', lo: 0, hi: Infinity }),
    ({ builder, dy, a, b }) =>
      builder.add('relu-grad', [builder.add('sub', [a, b]), dy], { rule: 'gradient', lo: 0, hi: Infinity }),
  ],
  onnx: { Min: chain('min') },
});
