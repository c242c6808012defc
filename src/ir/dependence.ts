import type { Shape } from '../tensor/shape.ts';
import type { Value } from './graph.ts';

/** Elements along an axis, from the first to before the second. May lie outside, in the padding. */
export type Interval = readonly [from: number, to: number];

/** A box of a tensor: an interval for each of its axes. */
export type Region = readonly Interval[];

/** Windows along an axis. Window i has its taps at i·stride − before + t·dilation, 0 ≤ t < kernel; stride may be negative. */
export interface Taps {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
}

/**
 * How the places along one axis of an input hang together with those of an axis of the output:
 * - `windows`: output element i reads the taps of window i;
 * - `spread`: input element i is read by the output elements at the taps of window i (the other way round);
 * - `segment`: the output elements from `offset` on are those of the input, and the others read nothing of it;
 * - `blocks`: each `makes` elements of the output read the same `reads` elements of the input;
 * - `table`: output element i reads `taps` elements from `startOf(i)` on, which never falls;
 * - `digit`: the input's axis is cut out of several of the output's, see {@link reshaped};
 * - `part`: every element of the output reads these elements;
 * - `all`: every element of the output may read all of them.
 */
export type AxisDependence =
  | ({ readonly kind: 'windows' | 'spread'; readonly axis: number } & Taps)
  | { readonly kind: 'segment'; readonly axis: number; readonly offset: number; readonly size: number }
  | { readonly kind: 'blocks'; readonly axis: number; readonly makes: number; readonly reads: number }
  | { readonly kind: 'table'; readonly axis: number; readonly taps: number; startOf(at: number): number }
  | { readonly kind: 'digit'; readonly from: number; readonly sizes: readonly number[]; readonly step: number }
  | { readonly kind: 'part'; readonly from: number; readonly to: number }
  | { readonly kind: 'all' };

/** An axis that hangs together with one of the output. */
export type PlacedAxis = Extract<AxisDependence, { readonly axis: number }>;

/** Which places of an input the elements of an output depend on: one entry for each axis of the input. */
export type Dependence = readonly AxisDependence[];

/** All of an axis, for every element of the output. */
export const ALL: AxisDependence = { kind: 'all' };

/** Anything of an input may matter anywhere: what is right for every op, if wide. */
export function anywhere(x: Value): Dependence {
  return x.shape.map(() => ALL);
}

/** Along this axis of the output, element by element. */
export function along(axis: number): AxisDependence {
  return { kind: 'windows', axis, kernel: 1, stride: 1, dilation: 1, before: 0 };
}

/** Each element from the one at its place, or from the one that is spread over it as in numpy's broadcasting. */
export function samePlace({ shape }: Value, y: Value): Dependence {
  const missing = y.shape.length - shape.length;
  return shape.map((size, axis) =>
    size === 1 && y.shape[missing + axis] !== 1 ? { kind: 'part', from: 0, to: 1 } : along(missing + axis),
  );
}

/** The taps of a window. */
function tapsOf({ kernel, stride, dilation, before }: Taps): Taps {
  return { kernel, stride, dilation, before };
}

/** Windows over an axis that is the same of input and output. */
export function windows(axis: number, taps: Taps): AxisDependence {
  return { kind: 'windows', axis, ...tapsOf(taps) };
}

/** As {@link windows}, of what lays windows down instead of looking through them. */
export function spread(axis: number, taps: Taps): AxisDependence {
  return { kind: 'spread', axis, ...tapsOf(taps) };
}

/** Groups of an axis: each `makes` elements of the output from the same `reads` of the input. */
export function blocks(axis: number, makes: number, reads: number): AxisDependence {
  return { kind: 'blocks', axis, makes, reads };
}

/** `size` elements of the output from `offset` on. */
export function segment(axis: number, offset: number, size: number): AxisDependence {
  return { kind: 'segment', axis, offset, size };
}

/** A tensor under another shape: axes that stay keep their places, and of those that are cut in another way one element is followed. */
export function reshaped(x: Shape, y: Shape): Dependence {
  const shorter = Math.min(x.length, y.length);
  let front = 0;
  while (front < shorter && x[front] === y[front]) front++;
  let back = 0;
  while (back < shorter - front && x.at(-1 - back) === y.at(-1 - back)) back++;
  const sizes = y.slice(front, y.length - back);
  return x.map((_, axis) => {
    if (axis < front) return along(axis);
    if (axis >= x.length - back) return along(axis - x.length + y.length);
    const step = x.slice(axis + 1, x.length - back).reduce((product, n) => product * n, 1);
    return { kind: 'digit', from: front, sizes, step };
  });
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

/**
 * The box of the output [shape] in which a change of a box of an input can show; undefined where nothing of it is read.
 * It lies inside the output.
 */
export function regionReached(dependence: Dependence, input: Region, shape: Shape): Region | undefined {
  const region: Interval[] = shape.map((size) => [0, size]);
  for (const [i, axis] of dependence.entries()) {
    const interval = input[i]!;
    if (interval[0] >= interval[1]) return undefined;
    if (axis.kind === 'part' && (interval[0] >= axis.to || interval[1] <= axis.from)) return undefined;
    if (!isPlaced(axis)) continue;
    const reached = intervalReached(axis, interval, shape[axis.axis]!);
    const [from, to] = region[axis.axis]!;
    region[axis.axis] = [Math.max(from, reached[0]), Math.min(to, reached[1])];
  }
  return region.every(([from, to]) => from < to) ? region : undefined;
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
