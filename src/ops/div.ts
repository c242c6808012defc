import type { Op } from '../ir/op.ts';
import { binaryOp } from './internal/binary.ts';
import { emit, same } from './internal/onnx.ts';

/** y = a/b, broadcasting; integers are divided towards zero. */
export const div: Op = binaryOp({
  type: 'div',
  apply: (a, b, dtype) => (dtype.startsWith('float') ? a / b : Math.trunc(a / b)),
  gradients: [
    ({ builder, dy, b }) => builder.add('div', [dy, b]),
    // −dy·y/b
    ({ builder, dy, b, y }) => builder.add('neg', [builder.add('div', [builder.add('mul', [dy, y()]), b])]),
  ],
  onnx: {
    Div: same('div', 2),
    Mean: (n) => {
      const names = n.inputs.map((_, i) => n.input(i));
      const sum = names.reduce((total, name) => n.builder.add('add', [total, name], {}, { name: n.name }));
      return [emit(n, 'div', [sum, n.builder.scalar(names.length)])];
    },
  },
});
