import { ALL, along, blocks, windows } from '../../ir/dependence.ts';
import { ShapeError } from '../../errors.ts';
import { defineOp, type OnnxNode, type Op } from '../../ir/op.ts';
import { formatShape, sameShape } from '../../tensor/shape.ts';
import { expectAxis, expectRank } from '../internal/check.ts';
import { convFlops, convGeometry, convOutput, sharedAttributes, type ConvAttributes } from './geometry.ts';
import { expectUnfused, type ClipAttributes } from '../internal/epilogue.ts';
import { emit } from '../internal/onnx.ts';
import {
  expectImage,
  expectShape,
  liftedTo2d,
  windowAttributes,
  withoutPadding,
  withZeroBorder,
} from '../internal/window.ts';

/**
 * Convolution of x [n, group·c, h, w] with w [group·k, c, r, s] → y [n, group·k, p, q], plus b [group·k] and a residual [n,
 * group·k, p, q] if given, clipped to low … high.
 */
export const conv2d: Op = defineOp<ConvAttributes & ClipAttributes>({
  type: 'conv2d',
  product: 'convolution',
  dependence: ({ node, attributes, inputs: [x, w, b, residual] }) => {
    const { c, k, windows: over } = convGeometry(node, x!.shape, w!.shape, attributes);
    return [
      [along(0), blocks(1, k, c), windows(2, over.h), windows(3, over.w)],
      [along(1), ALL, ALL, ALL],
      b && [along(1)],
      residual?.shape.map((_, axis) => along(axis)),
    ];
  },
  onWindow: ({ attributes }) => ({ attributes: withoutPadding(attributes), fill: 0 }),
  withZeroBorder,
  epilogue: { clamp: true, residual: 3 },
  title: () => 'conv',
  infer: ({ node, attributes, inputs: [x, w, b, residual] }) => {
    expectImage(node, 'x', x!);
    const geometry = convGeometry(node, x!.shape, w!.shape, attributes);
    if (b) {
      expectRank(node, 'the bias', b, 1);
      expectAxis(node, 'the bias', b, 0, geometry.group * geometry.k);
    }
    const shape = convOutput(geometry);
    if (residual) expectShape(node, 'the residual', residual.shape, shape);
    return [{ dtype: 'float32', shape }];
  },
  backward: ({ builder, node, attributes, inputs: [x, w], dy: [dy], wanted }) => {
    expectUnfused(node, attributes);
    const shared = sharedAttributes(attributes);
    return [
      wanted[0]
        ? builder.add('conv2d-input-grad', [dy!, node.inputs[1]!], { ...shared, inputShape: x!.shape })
        : undefined,
      wanted[1]
        ? builder.add('conv2d-weight-grad', [node.inputs[0]!, dy!], { ...shared, weightShape: w!.shape })
        : undefined,
      wanted[2] ? builder.add('reduce', [dy!], { mode: 'sum', axes: [0, 2, 3], keepdims: false }) : undefined,
      wanted[3] ? dy : undefined,
    ];
  },
  flops: ({ node, attributes, inputs: [x, w] }) => convFlops(convGeometry(node, x!.shape, w!.shape, attributes)),
  onnx: { Conv: importConv },
});

function importConv(n: OnnxNode): readonly string[] {
  const rank = n.value(0).shape.length;
  const kernel = n.value(1).shape.slice(2);
  const said = n.ints('kernel_shape') ?? kernel;
  if (!sameShape(said, kernel)) {
    const [expected, got] = [formatShape(kernel), formatShape(said)];
    throw new ShapeError('kernel_shape is not that of the weights', { expected, got });
  }
  const attributes = { ...windowAttributes(n, kernel.length), group: n.int('group', 1) };
  const bias = n.given(2) ? [n.input(2)] : [];
  if (rank === 4) return [emit(n, 'conv2d', [n.input(0), n.input(1), ...bias], attributes)];
  return liftedTo2d(n, [0, 1], ([x, w]) => n.builder.add('conv2d', [x!, w!, ...bias], attributes, { name: n.name }));
}
