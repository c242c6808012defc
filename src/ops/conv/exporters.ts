import type { NodeContext } from '../../ir/node.ts';
import { namesOf, type Exporters, type OnnxTarget } from '../exporter.ts';
import type { ClipAttributes } from '../internal/epilogue.ts';
import { windowAttributes } from '../internal/window.export.ts';
import type { InputGradAttributes } from './conv2d-input-grad.ts';
import { convGeometry, type ConvAttributes } from './geometry.ts';

function conv2d(context: NodeContext<ConvAttributes & ClipAttributes>, to: OnnxTarget): void {
  const { node, attributes, inputs, outputs } = context;
  const [x, w, , residual] = inputs;
  if (attributes.low !== undefined || attributes.high !== undefined || residual) to.refuse('it is fused with others');
  to.node('Conv', namesOf(inputs), namesOf(outputs), {
    ...windowAttributes(attributes, convGeometry(node, x!.shape, w!.shape, attributes).windows),
    kernel_shape: w!.shape.slice(2),
    group: attributes.group,
  });
}

/** What windows leave over at the end of an axis is a padding of the output. */
function inputGrad({ node, attributes, inputs, outputs }: NodeContext<InputGradAttributes>, to: OnnxTarget): void {
  if (attributes.rule !== undefined) to.refuse('it is fused with others');
  const [dy, w] = inputs;
  const { windows } = convGeometry(node, outputs[0]!.shape, w!.shape, attributes);
  const rest = [windows.h, windows.w].map(
    ({ size, count, stride, kernel, dilation, before, after }) =>
      size + before + after - ((count - 1) * stride + (kernel - 1) * dilation + 1),
  );
  to.node('ConvTranspose', [dy!.name, w!.name], namesOf(outputs), {
    ...windowAttributes(attributes, windows),
    kernel_shape: w!.shape.slice(2),
    group: attributes.group,
    output_padding: rest,
  });
}

export const exporters: Exporters = { conv2d, 'conv2d-input-grad': inputGrad };
