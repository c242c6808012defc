import { defineOp, type OnnxNode, type Op } from '../ir/op.ts';
import { expectAxis, expectRank } from './internal/check.ts';
import {
  convFlops,
  convGeometry,
  convOutput,
  forEachRow,
  sharedAttributes,
  type ConvAttributes,
} from './internal/conv.ts';
import { convolution } from './internal/conv-call.ts';
import { convVariants } from './internal/conv-variants.ts';
import { emit } from './internal/onnx.ts';
import { windowReach } from './internal/reach.ts';
import { launchFirst } from './internal/variants.ts';
import { expectImage, liftedTo2d, windowAttributes } from './internal/window.ts';

/** Convolution of x [n, group·c, h, w] with w [group·k, c, r, s] and, if given, b [group·k] → y [n, group·k, p, q]. */
export const conv2d: Op = defineOp<ConvAttributes>({
  type: 'conv2d',
  infer: ({ node, attributes, inputs: [x, w, b] }) => {
    expectImage(node, 'x', x!);
    const geometry = convGeometry(node, x!.shape, w!.shape, attributes);
    if (b) {
      expectRank(node, 'the bias', b, 1);
      expectAxis(node, 'the bias', b, 0, geometry.group * geometry.k);
    }
    return [{ dtype: 'float32', shape: convOutput(geometry) }];
  },
  evaluate: ({ node, attributes, inputs: [x, w], outputs: [y] }, [xv, wv, bv]) => {
    const geometry = convGeometry(node, x!.shape, w!.shape, attributes);
    const [, k, p, q] = y!.shape as [number, number, number, number];
    const sums = Float64Array.from({ length: y!.shape.reduce((a, b) => a * b) }, (_, i) =>
      bv ? bv[Math.floor(i / (p * q)) % k]! : 0,
    );
    const { stride } = geometry.windows.w;
    forEachRow(geometry, (from, tap, to, count) => {
      const weight = wv![tap]!;
      for (let i = 0; i < count; i++) sums[to + i]! += weight * xv![from + i * stride]!;
    });
    return [sums];
  },
  launches: (context) => launchFirst(convVariants, convolution(context), context.attributes.variant),
  backward: ({ builder, node, attributes, inputs: [x, w], dy: [dy], wanted }) => [
    wanted[0]
      ? builder.add('conv2d-input-grad', [dy!, node.inputs[1]!], {
          ...sharedAttributes(attributes),
          inputShape: x!.shape,
        })
      : undefined,
    wanted[1]
      ? builder.add('conv2d-weight-grad', [node.inputs[0]!, dy!], {
          ...sharedAttributes(attributes),
          weightShape: w!.shape,
        })
      : undefined,
    wanted[2] ? builder.add('reduce', [dy!], { mode: 'sum', axes: [0, 2, 3], keepdims: false }) : undefined,
  ],
  reach: ({ node, attributes, inputs: [x, w] }) => ({
    ...windowReach(convGeometry(node, x!.shape, w!.shape, attributes).windows, attributes),
    fill: 0,
  }),
  flops: ({ node, attributes, inputs: [x, w] }) => convFlops(convGeometry(node, x!.shape, w!.shape, attributes)),
  onnx: { Conv: importConv },
});

function importConv(n: OnnxNode): readonly string[] {
  const rank = n.value(0).shape.length;
  const kernel = n.value(1).shape.slice(2);
  const attributes = { ...windowAttributes(n, kernel.length), group: n.int('group', 1) };
  const bias = n.given(2) ? [n.input(2)] : [];
  if (rank === 4) return [emit(n, 'conv2d', [n.input(0), n.input(1), ...bias], attributes)];
  return liftedTo2d(n, [0, 1], ([x, w]) => n.builder.add('conv2d', [x!, w!, ...bias], attributes, { name: n.name }));
}
