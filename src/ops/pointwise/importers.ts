import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import { chain, emit, operandsOf } from '../internal/onnx.ts';
import { paired } from '../internal/paired.ts';

/** What reads operators as those of arithmetic.ts, which every page fetches: not every network has them. */
export const importers: Readonly<Record<string, OnnxImporter>> = {
  Add: paired('add'),
  Div: paired('div'),
  Mean: (n) => {
    const names = operandsOf(n);
    const sum = names.reduce((total, name) => n.builder.add('add', [total, name], {}, { name: n.name }));
    return [emit(n, 'div', [sum, n.builder.scalar(names.length)])];
  },
  Mul: (n) => {
    const x = swishOperand(n);
    return x === undefined ? paired('mul')(n) : [emit(n, 'silu', [x])];
  },
  Sub: paired('sub'),
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
