import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import { chain, emit, same } from '../internal/onnx.ts';

/** Operators that become operations of the core. */
export const arithmetic: Readonly<Record<string, OnnxImporter>> = {
  Sum: chain('add'),
  Sub: same('sub', 2),
  Mul: (n) => {
    const x = swishOperand(n);
    return [x === undefined ? emit(n, 'mul', [n.input(0), n.input(1)]) : emit(n, 'silu', [x])];
  },
  Div: same('div', 2),
  Mean: (n) => {
    const names = n.inputs.map((_, i) => n.input(i));
    const sum = names.reduce((total, name) => n.builder.add('add', [total, name], {}, { name: n.name }));
    return [emit(n, 'div', [sum, n.builder.scalar(names.length)])];
  },
  Expand: (n) => {
    const target = n.constant(1) ?? n.refuse('it has no shape');
    const from = n.value(0).shape;
    const missing = target.length - from.length;
    return [
      emit(n, 'expand', [n.input(0)], { shape: target.map((size, i) => (size === from[i - missing] ? 1 : size)) }),
    ];
  },
};

/** The x of Mul(x, Sigmoid(x)): one op, so that the backward rules see one activation. */
function swishOperand(n: OnnxNode): string | undefined {
  const factors = [n.input(0), n.input(1)];
  const gate = n.builder.nodes.find(({ op, outputs }) => op === 'sigmoid' && factors.includes(outputs[0]!));
  return factors.find((x) => x === gate?.inputs[0]);
}
