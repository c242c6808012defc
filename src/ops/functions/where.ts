import { defineOp, type Op } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { broadcast, unbroadcast } from '../internal/broadcast.ts';
import { same } from '../internal/onnx.ts';

/** y = a where the condition holds, which is where it is not 0, b elsewhere; all three broadcast. No gradient passes the condition. */
export const where: Op = defineOp({
  type: 'where',
  pointwise: 'arithmetic',
  takesInfinity: true,
  anyNumbers: true,
  infer: ({ node, inputs: [condition, a, b] }) => {
    const shape = broadcast(node, a!, b!);
    // Truth values are floats where they vary, of which those that do not are no others.
    const dtype = b!.dtype === 'float32' ? 'float32' : a!.dtype;
    return [{ dtype, shape: broadcast(node, condition!, { ...a!, shape }) }];
  },
  backward: ({ builder, node, inputs, wanted, dy: [dy] }) => {
    const condition = node.inputs[0]!;
    const none = builder.scalar(0);
    const part = (input: number, operands: readonly string[]): string | undefined =>
      wanted[input]
        ? unbroadcast(builder, builder.add('where', [condition, ...operands]), inputs[input]!.shape)
        : undefined;
    return [undefined, part(1, [dy!, none]), part(2, [none, dy!])];
  },
  flops: ({ outputs: [y] }) => sizeOf(y!.shape),
  onnx: { Where: same('where', 3) },
});
