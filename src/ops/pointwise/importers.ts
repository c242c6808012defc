import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import { chain, emit, operandsOf } from '../internal/onnx.ts';

/** What reads operators as those of arithmetic.ts that fewer networks have than what every page fetches. */
export const importers: Readonly<Record<string, OnnxImporter>> = {
  Mean: (n) => {
    const names = operandsOf(n);
    const sum = names.reduce((total, name) => n.builder.add('add', [total, name], {}, { name: n.name }));
    return [emit(n, 'div', [sum, n.builder.scalar(names.length)])];
  },
  Mul: (n) => {
    const x = swishOperand(n);
    return [x === undefined ? emit(n, 'mul', [n.input(0), n.input(1)]) : emit(n, 'silu', [x])];
  },
  Sum: chain('add'),
};

/** The x of Mul(x, Sigmoid(x)): one op instead of two, forwards and backwards. */
function swishOperand(n: OnnxNode): string | undefined {
  const factors = [n.input(0), n.input(1)];
  return factors.find((x, i) => {
    const gate = n.builder.makerOf(factors[1 - i]!);
    return gate?.op === 'sigmoid' && gate.inputs[0] === x;
  });
}
