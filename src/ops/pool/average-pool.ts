import { defineOp, type OnnxNode, type Op } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { averageFactors, type AveragePoolAttributes } from './average.ts';
import { emit, named } from '../internal/onnx.ts';
import { reshapeTo } from '../internal/view.ts';
import {
  autoPadOf,
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
    AveragePool: importAveragePool,
  },
});

function importAveragePool(n: OnnxNode): readonly string[] {
  const { shape } = n.value(0);
  if (shape.length === 5) return importVolumes(n);
  const attributes = { ...poolAttributes(n), countIncludePad: n.int('count_include_pad', 0) === 1 };
  if (shape.length === 4) return [emit(n, 'average-pool', [n.input(0)], attributes)];
  return liftedTo2d(n, [0], ([x]) => n.builder.add('average-pool', [x!], attributes, { name: n.name }));
}

/**
 * A mean over a box is a mean of means, of which each has as many terms as its axes alone say: first in depth, then in the
 * plane. PyTorch exports local response normalisation as a mean in depth, where channels lie.
 */
function importVolumes(n: OnnxNode): readonly string[] {
  const [images, channels, depth, h, w] = n.value(0).shape as [number, number, number, number, number];
  const kernel = n.list('kernel_shape', 3, 1);
  const [strides, dilations, pads] = [n.list('strides', 3, 1), n.list('dilations', 3, 1), n.list('pads', 6, 0)];
  const shared = {
    autoPad: autoPadOf(n),
    ceilMode: n.int('ceil_mode', 0) === 1,
    countIncludePad: n.int('count_include_pad', 0) === 1,
  };
  /** The windows of these axes; of one of them in the plane [depth, h·w]. */
  const pooled = (x: string, axes: readonly number[]): string => {
    const only = (list: readonly number[], rest: number): number[] => [...axes.map((axis) => list[axis]!), rest];
    const of = (list: readonly number[], rest: number): number[] => only(list, rest).slice(0, 2);
    const attributes = {
      ...shared,
      kernel: of(kernel, 1),
      strides: of(strides, 1),
      dilations: of(dilations, 1),
      pads: [...of(pads, 0), ...of(pads.slice(3), 0)],
    };
    return n.builder.add('average-pool', [x], attributes, { name: n.name });
  };
  const deep = pooled(reshapeTo(n.builder, n.input(0), [images, channels, depth, h * w]), [0]);
  const layers = n.builder.value(deep).shape[2]!;
  if ([1, 2].every((axis) => kernel[axis] === 1 && strides[axis] === 1 && pads[axis] === 0 && pads[axis + 3] === 0)) {
    return [reshapeTo(n.builder, deep, [images, channels, layers, h, w], named(n))];
  }
  const flat = pooled(reshapeTo(n.builder, deep, [images, channels * layers, h, w]), [1, 2]);
  const [, , p, q] = n.builder.value(flat).shape as [number, number, number, number];
  return [reshapeTo(n.builder, flat, [images, channels, layers, p, q], named(n))];
}
