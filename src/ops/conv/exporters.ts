import type { NodeContext } from '../../ir/node.ts';
import { namesOf, type Exporters, type OnnxTarget } from '../exporter.ts';
import { withClip, withMask } from '../internal/epilogue.export.ts';
import type { ClipAttributes } from '../internal/epilogue.ts';
import { transposedAttributes, windowAttributes } from '../internal/window.export.ts';
import type { InputGradAttributes } from './conv2d-input-grad.ts';
import type { WeightGradAttributes } from './conv2d-weight-grad.ts';
import { convGeometry, type ConvAttributes } from './geometry.ts';

function conv2d(context: NodeContext<ConvAttributes & ClipAttributes>, to: OnnxTarget): void {
  const { node, attributes, inputs, outputs } = context;
  const [x, w, b, residual] = inputs;
  const conv = {
    ...windowAttributes(attributes, convGeometry(node, x!.shape, w!.shape, attributes).windows),
    kernel_shape: w!.shape.slice(2),
    group: attributes.group,
  };
  withClip(to, ['Conv', namesOf([x, w, b]), conv], attributes, outputs[0]!.name, residual?.name);
}

function inputGrad({ node, attributes, inputs, outputs }: NodeContext<InputGradAttributes>, to: OnnxTarget): void {
  const [dy, w, mask] = inputs;
  const [dx] = outputs;
  const { windows } = convGeometry(node, dx!.shape, w!.shape, attributes);
  const transposed = {
    ...transposedAttributes(attributes, windows),
    kernel_shape: w!.shape.slice(2),
    group: attributes.group,
  };
  withMask(to, ['ConvTranspose', [dy!.name, w!.name], transposed], attributes, dx!.name, mask?.name);
}

/**
 * A convolution of the input with the signal as its filters, whose strides and dilations have changed places: sums over the
 * images are those over its channels, and what it makes beyond the filters' size is cut off.
 */
function weightGrad(
  { node, attributes, inputs: [x, dy], outputs: [dw] }: NodeContext<WeightGradAttributes>,
  to: OnnxTarget,
): void {
  const { weightShape, strides, dilations } = attributes;
  const { group, n, c, windows } = convGeometry(node, x!.shape, weightShape, attributes);
  const [, , height, width] = x!.shape as [number, number, number, number];
  const apart = to.add('Reshape', [x!.name, to.whole([n, group, c, height, width])]);
  const turned = to.add('Transpose', [apart], { perm: [2, 1, 0, 3, 4] });
  const images = to.add('Reshape', [turned, to.whole([c, group * n, height, width])]);
  const filters = to.add('Transpose', [dy!.name], { perm: [1, 0, 2, 3] });
  const sums = to.add('Conv', [images, filters], {
    ...windowAttributes({ strides: dilations, dilations: strides }, windows),
    kernel_shape: [windows.h.count, windows.w.count],
    group,
  });
  const [rows, columns] = weightShape.slice(2) as [number, number];
  const cut = to.add('Slice', [sums, to.whole([0, 0]), to.whole([rows, columns]), to.whole([2, 3])]);
  to.node('Transpose', [cut], [dw!.name], { perm: [1, 0, 2, 3] });
}

export const exporters: Exporters = {
  conv2d,
  'conv2d-input-grad': inputGrad,
  'conv2d-weight-grad': weightGrad,
};
