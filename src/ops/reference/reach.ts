import type { Attributes } from '../../ir/graph.ts';
import type { NodeContext, Reach } from '../../ir/op.ts';
import { sameShape, sizeOf, type Shape } from '../../tensor/shape.ts';
import { convGeometry, type ConvAttributes } from '../internal/conv.ts';
import { samePixel, windowReach } from '../internal/reach.ts';
import { poolWindows } from '../internal/window.ts';
import { LOWEST, type MaxPoolAttributes } from '../max-pool.ts';
import { scaleOf, type ReduceAttributes } from '../reduce.ts';
import type { SliceAttributes } from '../slice.ts';

type ReachOf<A> = (context: NodeContext<A & Attributes>) => Reach | undefined;

const pairs: ReachOf<object> = ({ inputs, outputs: [y] }) =>
  inputs.every((x) => overPixels(x!.shape, y!.shape)) ? samePixel() : undefined;

const concat: ReachOf<{ readonly axis: number }> = ({ attributes: { axis } }) => (axis === 1 ? samePixel() : undefined);

const conv2d: ReachOf<ConvAttributes> = ({ node, attributes, inputs: [x, w] }) => ({
  ...windowReach(convGeometry(node, x!.shape, w!.shape, attributes).windows, attributes),
  fill: 0,
});

const maxPool: ReachOf<MaxPoolAttributes> = ({ node, attributes, inputs: [x] }) => {
  if (attributes.global) return undefined;
  return { ...windowReach(poolWindows(node, x!.shape, attributes), attributes), fill: LOWEST };
};

const reduce: ReachOf<ReduceAttributes> = ({ attributes, inputs: [x] }) => {
  const { mode, axes } = attributes;
  const overPixels = axes.includes(2) && axes.includes(3) && !axes.includes(0);
  if (!overPixels || (mode !== 'sum' && mode !== 'mean')) return undefined;
  return { kind: 'sum', scale: scaleOf(attributes, sizeOf(axes.map((axis) => x!.shape[axis]!))) };
};

const slice: ReachOf<SliceAttributes> = ({ attributes: { starts, sizes, steps } }) =>
  starts.every((start, axis) => axis === 1 || (start === 0 && sizes[axis] === -1 && steps[axis] === 1))
    ? samePixel()
    : undefined;

/** Whether a tensor has a number for each pixel of a map, or the same for all. */
function overPixels(shape: Shape, map: Shape): boolean {
  const pixels = shape.slice(-2);
  return pixels.every((n) => n === 1) || (shape.length === map.length && sameShape(pixels, map.slice(-2)));
}

/** `reach` of operations that come without it, by type. */
export const reaches: Readonly<Record<string, ReachOf<never>>> = {
  add: pairs,
  concat,
  conv2d,
  div: pairs,
  max: pairs,
  'max-pool': maxPool,
  min: pairs,
  mul: pairs,
  pow: pairs,
  prelu: pairs,
  reduce,
  relu: samePixel,
  slice,
  sub: pairs,
};
