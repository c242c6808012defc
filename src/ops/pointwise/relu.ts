import { defineOp, type Op } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';

/** y = max(x, 0), any shape. */
export const relu: Op = defineOp({
  type: 'relu',
  pointwise: 'function',
  activation: 'rectifier',
  redirected: 'redirected-relu',
  tail: 'clamp',
  clamp: () => [0, Infinity],
  title: () => 'ReLU',
  anyNumbers: true,
  infer: ({ inputs: [x] }) => [x!],
  evaluate: (_, [x]) => [x!.map((v) => Math.max(v, 0))],
  backward: ({ builder, rules, output, dy: [dy] }) => [
    builder.add('relu-grad', [output(0), dy!], { rule: rules.relu, low: 0, high: Infinity }),
  ],
  flops: ({ outputs: [y] }) => sizeOf(y!.shape),
  onnx: {
    Relu: (n) => [n.builder.add('relu', [n.input(0)], {}, { name: n.name, outputs: n.outputs })],
  },
});
