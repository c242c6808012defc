import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import { chain, emit, operandsOf, same } from '../internal/onnx.ts';

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
    const names = operandsOf(n);
    const sum = names.reduce((total, name) => n.builder.add('add', [total, name], {}, { name: n.name }));
    return [emit(n, 'div', [sum, n.builder.scalar(names.length)])];
  },
  Expand: (n) => {
    const target = n.whole(1) ?? n.refuse('it has no shape');
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
  return factors.find((x, i) => {
    const gate = n.builder.makerOf(factors[1 - i]!);
    return gate?.op === 'sigmoid' && gate.inputs[0] === x;
  });
}
