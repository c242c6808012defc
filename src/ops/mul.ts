import type { OnnxNode, Op } from '../ir/op.ts';
import { binaryOp } from './internal/binary.ts';
import { emit } from './internal/onnx.ts';

/** y = a·b, broadcasting. */
export const mul: Op = binaryOp({
  type: 'mul',
  apply: (a, b) => a * b,
  gradients: [({ builder, dy, b }) => builder.add('mul', [dy, b]), ({ builder, dy, a }) => builder.add('mul', [dy, a])],
  onnx: {
    Mul: (n) => {
      const x = swishOperand(n);
      return [x === undefined ? emit(n, 'mul', [n.input(0), n.input(1)]) : emit(n, 'silu', [x])];
    },
  },
});

/** The x of Mul(x, Sigmoid(x)): one op, so that the backward rules see one activation. */
function swishOperand(n: OnnxNode): string | undefined {
  const factors = [n.input(0), n.input(1)];
  const gate = n.builder.nodes.find(({ op, outputs }) => op === 'sigmoid' && factors.includes(outputs[0]!));
  return factors.find((x) => x === gate?.inputs[0]);
}
