import { ALL, along, blocks, samePlace, spread } from '../../ir/dependence.ts';
import { defineOp, type Op } from '../../ir/op.ts';
import type { Shape } from '../../tensor/shape.ts';
import { convFlops, convGeometry, expectConvOutput, sharedAttributes, type ConvAttributes } from './geometry.ts';
import { expectUnfused, needsMask, type MaskAttributes } from '../internal/epilogue.ts';
import { expectShape } from '../internal/window.ts';

export interface InputGradAttributes extends ConvAttributes, MaskAttributes {
  /** Shape of the convolution's input, which a stride does not let one tell from dy. Its batch is that of dy. */
  readonly inputShape: readonly number[];
}

/**
 * Input gradient of a convolution, its transpose: dy [n, group·k, p, q], w [group·k, c, r, s] → dx [n, group·c, h, w].
 * This is also how Zeiler's deconvnet filters on the way down (Zeiler & Fergus 2014, §2.1). With a rule, dx then passes
 * backwards through a ReLU or Clip whose output is the mask, of the shape of dx, as relu-grad does.
 */
export const conv2dInputGrad: Op = defineOp<InputGradAttributes>({
  type: 'conv2d-input-grad',
  product: 'transposed convolution',
  dependence: ({ node, attributes, inputs: [, w, mask], outputs: [dx] }) => {
    const { c, k, windows } = convGeometry(node, dx!.shape, w!.shape, attributes);
    return [
      [along(0), blocks(1, c, k), spread(2, windows.h), spread(3, windows.w)],
      [blocks(1, c, k), attributes.group === 1 ? along(1) : ALL, ALL, ALL],
      mask && samePlace(mask, dx!),
    ];
  },
  epilogue: { mask: true },
  title: () => 'transposed conv',
  infer: ({ node, attributes, inputs: [dy, w, mask] }) => {
    const shape = inputShape(attributes, dy!.shape);
    expectConvOutput(node, dy!, convGeometry(node, shape, w!.shape, attributes));
    if (needsMask(attributes)) expectShape(node, 'the mask', mask?.shape ?? [], shape);
    return [{ dtype: 'float32', shape }];
  },
  backward: ({ builder, node, attributes, inputs: [, w], dy: [signal], wanted }) => {
    expectUnfused(node, attributes);
    const shared = sharedAttributes(attributes);
    return [
      wanted[0] ? builder.add('conv2d', [signal!, node.inputs[1]!], { ...shared }) : undefined,
      wanted[1]
        ? builder.add('conv2d-weight-grad', [signal!, node.inputs[0]!], { ...shared, weightShape: w!.shape })
        : undefined,
    ];
  },
  flops: ({ node, attributes, inputs: [, w], outputs: [dx] }) =>
    convFlops(convGeometry(node, dx!.shape, w!.shape, attributes)),
});

function inputShape({ inputShape: [, ...rest] }: InputGradAttributes, dy: Shape): Shape {
  return [dy[0]!, ...rest];
}
