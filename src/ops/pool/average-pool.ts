import { defineOp, type Op } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { averageFactors, type AveragePoolAttributes } from './average.ts';
import { emit } from '../internal/onnx.ts';
import {
  expectImage,
  liftedTo2d,
  poolAttributes,
  poolDependence,
  poolWindows,
  withoutPadding,
  withZeroBorder,
} from '../internal/window.ts';

/** Means under windows: x [n, c, h, w] → y [n, c, p, q]. */
export const averagePool: Op = defineOp<AveragePoolAttributes>({
  type: 'average-pool',
  dependence: ({ node, attributes, inputs: [x] }) => [poolDependence(poolWindows(node, x!.shape, attributes))],
  onWindow: ({ node, attributes, inputs: [x] }) => ({
    attributes: { ...withoutPadding(attributes), ceilMode: false, countIncludePad: true },
    fill: 0,
    factors: averageFactors(poolWindows(node, x!.shape, attributes), attributes),
  }),
  // It must count them; where it pads itself without counting, or rounds its size up, the two differ.
  withZeroBorder: (attributes, border) => {
    const { ceilMode, countIncludePad, pads } = attributes;
    if (ceilMode || !(countIncludePad || pads.every((n) => n === 0))) return undefined;
    const padded = withZeroBorder(attributes, border);
    return padded && { ...padded, countIncludePad: true };
  },
  title: () => 'average pool',
  infer: ({ node, attributes, inputs: [x] }) => {
    expectImage(node, 'x', x!);
    const { h, w } = poolWindows(node, x!.shape, attributes);
    return [{ dtype: 'float32', shape: [x!.shape[0]!, x!.shape[1]!, h.count, w.count] }];
  },
  backward: ({ builder, attributes, inputs: [x], dy: [dy] }) => [
    builder.add('average-pool-grad', [dy!], { ...attributes, inputShape: x!.shape }),
  ],
  flops: ({ attributes: { kernel }, outputs: [y] }) => sizeOf(y!.shape) * sizeOf(kernel),
  onnx: {
    AveragePool: (n) => {
      const attributes = { ...poolAttributes(n), countIncludePad: n.int('count_include_pad', 0) === 1 };
      if (n.value(0).shape.length === 4) return [emit(n, 'average-pool', [n.input(0)], attributes)];
      return liftedTo2d(n, [0], ([x]) => n.builder.add('average-pool', [x!], attributes, { name: n.name }));
    },
  },
});
