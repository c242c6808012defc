import { ALL, along } from '../../ir/dependence.ts';
import { defineOp, type Op } from '../../ir/op.ts';
import { expectRank } from '../internal/check.ts';
import { convFlops, convGeometry, expectConvOutput, sharedAttributes, type ConvAttributes } from './geometry.ts';
import { tile } from '../internal/tile.ts';
import { windowParams } from '../internal/window.ts';

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
  launches: ({ node, attributes, inputs: [x, dy], outputs: [dw] }) => {
    const { n, group, c, k, windows } = convGeometry(node, x!.shape, attributes.weightShape, attributes);
    const [tileC, tileK] = [tile(c, 4), tile(k, 8)];
    const taps = windows.h.kernel * windows.w.kernel;
    const size = group * Math.ceil(k / tileK) * Math.ceil(c / tileC) * taps;
    return [
      {
        shader: 'conv/conv2d-weight-grad',
        constants: { TILE_C: tileC, TILE_K: tileK },
        params: { ...windowParams(windows), n, group, c, k, size },
        bindings: { x: x!.name, dy: dy!.name, dw: dw!.name },
        threads: [size, 1, 1],
      },
    ];
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
