import type { Shape } from '../tensor/shape.ts';
import type { Value } from './graph.ts';

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

/** The taps of windows that are described with more. */
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
