import { ALL, along } from '../../ir/dependence.ts';
import { defineOp, type Op } from '../../ir/op.ts';
import { expectRank } from '../internal/check.ts';
import { convFlops, convGeometry, expectConvOutput, sharedAttributes, type ConvAttributes } from './geometry.ts';

export interface WeightGradAttributes extends ConvAttributes {
  /** Shape of the filters [group·k, c, r, s]. */
  readonly weightShape: readonly number[];
}

/** Filter gradient of a convolution: x [n, group·c, h, w], dy [n, group·k, p, q] → dw [group·k, c, r, s]. */
export const conv2dWeightGrad: Op = defineOp<WeightGradAttributes>({
  type: 'conv2d-weight-grad',
  dependence: ({ attributes: { group } }) => [
    [ALL, group === 1 ? along(1) : ALL, ALL, ALL],
    [ALL, along(0), ALL, ALL],
  ],
  infer: ({ node, attributes, inputs: [x, dy] }) => {
    expectRank(node, 'x', x!, 4);
    expectConvOutput(node, dy!, convGeometry(node, x!.shape, attributes.weightShape, attributes));
    return [{ dtype: 'float32', shape: attributes.weightShape }];
  },
  backward: ({ builder, node, attributes, inputs: [x], dy: [signal], wanted }) => {
    const shared = sharedAttributes(attributes);
    return [
      wanted[0]
        ? builder.add('conv2d-input-grad', [node.inputs[1]!, signal!], { ...shared, inputShape: x!.shape })
        : undefined,
      wanted[1] ? builder.add('conv2d', [node.inputs[0]!, signal!], { ...shared }) : undefined,
    ];
  },
  flops: ({ node, attributes, inputs: [x] }) =>
    convFlops(convGeometry(node, x!.shape, attributes.weightShape, attributes)),
});
