import { defineOp, type Op } from '../../ir/op.ts';
import { broadcastStrides } from '../../tensor/shape.ts';
import { broadcast } from '../internal/broadcast.ts';
import { constantsOnly } from '../internal/onnx.ts';
import { walkIndices } from '../internal/walk.reference.ts';

/** y = a where the condition holds, b elsewhere; all three broadcast. On constants only. */
export const where: Op = defineOp({
  type: 'where',
  pointwise: 'arithmetic',
  takesInfinity: true,
  anyNumbers: true,
  infer: ({ node, inputs: [condition, a, b] }) => {
    const shape = broadcast(node, a!, b!);
    return [{ dtype: a!.dtype, shape: broadcast(node, condition!, { ...a!, shape }) }];
  },
  evaluate: ({ inputs, outputs: [y] }, values) => {
    const [c, a, b] = inputs.map((x) => walkIndices(y!.shape, broadcastStrides(x!.shape, y!.shape)));
    const result = new Float64Array(c!.length);
    for (let i = 0; i < result.length; i++)
      result[i] = values[0]![c![i]!] !== 0 ? values[1]![a![i]!]! : values[2]![b![i]!]!;
    return [result];
  },
  onnx: { Where: constantsOnly('where', 3) },
});
