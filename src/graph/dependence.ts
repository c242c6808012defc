import { contextOf } from '../ir/builder.ts';
import { anywhere, samePlace, type AxisDependence, type Dependence, type Taps } from '../ir/dependence.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { opOf } from '../ops/registry.ts';
import type { Shape } from '../tensor/shape.ts';

/** Elements along an axis, from the first to before the second. May lie outside, in the padding. */
export type Interval = readonly [from: number, to: number];

/** A box of a tensor: an interval for each of its axes. */
export type Region = readonly Interval[];

/** An axis that hangs together with one of the output. */
export type PlacedAxis = Extract<AxisDependence, { readonly axis: number }>;

/** Which places of each of its inputs the outputs of a node depend on, as its op declares it. */
export function dependenceOf({ values, constants }: Graph, node: Node): readonly (Dependence | undefined)[] {
  const op = opOf(node.op);
  const context = contextOf(node, values);
  const declared = op.dependence?.(context, constants);
  if (declared) return declared;
  const [y] = context.outputs;
  return context.inputs.map((x) => x && (op.pointwise ? samePlace(x, y!) : anywhere(x)));
}

/** The box of an input [shape] that a box of the output is made from; undefined where it reads nothing of it. */
export function regionRead(dependence: Dependence, output: Region, shape: Shape): Region | undefined {
  const region = dependence.map((axis, i) => intervalRead(axis, output, shape[i]!));
  return region.every((interval) => interval !== undefined) ? region : undefined;
}

function intervalRead(dependence: AxisDependence, output: Region, size: number): Interval | undefined {
  switch (dependence.kind) {
    case 'windows':
      return underWindows(dependence, output[dependence.axis]!);
    case 'spread':
      return windowsOver(dependence, output[dependence.axis]!);
    case 'segment': {
      const { axis, offset } = dependence;
      const from = Math.max(output[axis]![0] - offset, 0);
      const to = Math.min(output[axis]![1] - offset, dependence.size);
      return from < to ? [from, to] : undefined;
    }
    case 'blocks':
      return blocksOf(output[dependence.axis]!, dependence.makes, dependence.reads);
    case 'table': {
      const [from, to] = output[dependence.axis]!;
      return [dependence.startOf(from), dependence.startOf(to - 1) + dependence.taps];
    }
    case 'digit':
      return digitOf(dependence, output, size);
    case 'part':
      return [dependence.from, dependence.to];
    case 'all':
      return [0, size];
  }
}

/** Of one element, its place along the axis; of more, the whole axis. */
function digitOf(
  { from, sizes, step }: Extract<AxisDependence, { kind: 'digit' }>,
  output: Region,
  size: number,
): Interval {
  const middle = output.slice(from, from + sizes.length);
  if (middle.some(([first, end]) => end !== first + 1)) return [0, size];
  const place = middle.reduce((at, [first], i) => at * sizes[i]! + first, 0);
  const index = Math.floor(place / step) % size;
  return [index, index + 1];
}

/** Whether an axis hangs together with one of the output. */
export function isPlaced(axis: AxisDependence): axis is PlacedAxis {
  return 'axis' in axis;
}

/** The elements along an axis of the output, of `count`, that read any of an interval of the input. */
export function intervalReached(axis: PlacedAxis, interval: Interval, count: number): Interval {
  if (interval[0] >= interval[1]) return [0, 0];
  const [from, to] = readers(axis, interval, count);
  const reached = [Math.max(from, 0), Math.min(to, count)] as const;
  return reached[0] < reached[1] ? reached : [0, 0];
}

function readers(axis: PlacedAxis, [from, to]: Interval, count: number): Interval {
  switch (axis.kind) {
    case 'windows':
      return windowsOver(axis, [from, to]);
    case 'spread':
      return underWindows(axis, [from, to]);
    case 'segment':
      return [Math.max(from, 0) + axis.offset, Math.min(to, axis.size) + axis.offset];
    case 'blocks':
      return blocksOf([from, to], axis.reads, axis.makes);
    case 'table': {
      let [first, end] = [0, count];
      while (first < end && axis.startOf(first) + axis.taps <= from) first++;
      while (end > first && axis.startOf(end - 1) >= to) end--;
      return [first, end];
    }
  }
}

/** From the first tap of the first window to the last of the last. */
function underWindows({ kernel, stride, dilation, before }: Taps, [from, to]: Interval): Interval {
  const [a, b] = [from * stride - before, (to - 1) * stride - before];
  return [Math.min(a, b), Math.max(a, b) + (kernel - 1) * dilation + 1];
}

/** The windows that have a tap between the ends of an interval. */
function windowsOver({ kernel, stride, dilation, before }: Taps, [from, to]: Interval): Interval {
  const ends = [(from + before - (kernel - 1) * dilation) / stride, (to - 1 + before) / stride];
  return [Math.ceil(Math.min(...ends)), Math.floor(Math.max(...ends)) + 1];
}

/** The elements, `reads` for each block, that belong to the blocks of `size` in which an interval lies. */
function blocksOf([from, to]: Interval, size: number, reads: number): Interval {
  return [Math.floor(from / size) * reads, (Math.floor((to - 1) / size) + 1) * reads];
}

/** The smallest box around two. */
export function hull(a: Region | undefined, b: Region): Region {
  return a ? a.map(([from, to], axis) => [Math.min(from, b[axis]![0]), Math.max(to, b[axis]![1])]) : b;
}
