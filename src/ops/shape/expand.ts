import { samePlace } from '../../ir/dependence.ts';
import { defineOp, type Copy, type NodeContext, type Op } from '../../ir/op.ts';
import { broadcastStrides } from '../../tensor/shape.ts';
import { emit } from '../internal/onnx.ts';
import { wholeCopy } from '../internal/strided.ts';
import { broadcast, unbroadcast } from '../internal/broadcast.ts';

export interface ExpandAttributes {
  /** What x is broadcast to; 1 leaves its size, so that it fits any batch. */
  readonly shape: readonly number[];
}

/** x repeated along axes of size 1. */
export const expand: Op = defineOp<ExpandAttributes>({
  type: 'expand',
  dependence: ({ inputs: [x], outputs: [y] }) => [samePlace(x!, y!)],
  anyNumbers: true,
  infer: ({ node, attributes: { shape }, inputs: [x] }) => [
    { dtype: x!.dtype, shape: broadcast(node, x!, { ...x!, shape }) },
  ],
  copies: expandCopies,
  backward: ({ builder, inputs: [x], dy: [dy] }) => [unbroadcast(builder, dy!, x!.shape)],
  onnx: {
    Expand: (n) => {
      const target = n.whole(1) ?? n.refuse('it has no shape');
      const from = n.value(0).shape;
      const missing = target.length - from.length;
      return [
        emit(n, 'expand', [n.input(0)], { shape: target.map((size, i) => (size === from[i - missing] ? 1 : size)) }),
      ];
    },
  },
});

export function expandCopies(context: NodeContext<unknown>): readonly Copy[] {
  const [{ shape: from }, { shape: to }] = [context.inputs[0]!, context.outputs[0]!];
  return wholeCopy(context, { offset: 0, strides: broadcastStrides(from, to) });
}
