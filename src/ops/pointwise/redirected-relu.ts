import { defineOp, type Op } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';

/** Below any activation that matters, and above 0. */
const TINY = 1e-30;

/**
 * ReLU of x [n, …] with another gradient where an image gets none at all: then signals that would switch units on pass
 * the units that are off, so that a start at which everything is off is no end (Lucid, `redirected_relu_grad`). For
 * objectives that are raised.
 */
export const redirectedRelu: Op = defineOp({
  type: 'redirected-relu',
  pointwise: 'function',
  activation: 'rectifier',
  infer: ({ inputs: [x] }) => [x!],
  evaluate: (_, [x]) => [x!.map((v) => Math.max(v, 0))],
  backward: ({ builder, output, inputs: [x], dy: [dy] }) => {
    const y = output(0);
    const plain = builder.add('relu-grad', [y, dy!], { rule: 'gradient', low: 0, high: Infinity });
    const upwards = builder.add('relu-grad', [y, dy!], { rule: 'guided', low: -Infinity, high: TINY });
    const axes = [...x!.shape.keys()].slice(1);
    const size = builder.add('reduce', [builder.add('abs', [plain])], { mode: 'sum', axes, keepdims: true });
    const silent = builder.add('sub', [builder.scalar(1), builder.add('sign', [size])]);
    return [builder.add('add', [plain, builder.add('mul', [silent, upwards])])];
  },
  flops: ({ outputs: [y] }) => sizeOf(y!.shape),
});
