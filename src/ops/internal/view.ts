import type { AddOptions, GraphBuilder } from '../../ir/builder.ts';
import { sizeOf, type Shape } from '../../tensor/shape.ts';

/**
 * Appends a reshape of `x` to a shape as ONNX writes it: 0 copies the size of the same axis, −1 (once) is what is left.
 * A leading size is not kept as a number, since it usually is the batch: where it equals that of x it is copied, else
 * it becomes what is left.
 */
export function reshapeTo(builder: GraphBuilder, x: string, to: Shape, options?: AddOptions): string {
  const { shape } = builder.value(x);
  const [first, ...rest] = to;
  let target = to;
  if (first !== undefined && first === shape[0]) target = [0, ...rest];
  else if (sizeOf(to) > 0 && sizeOf(to) === sizeOf(shape)) target = [-1, ...rest];
  return builder.add('reshape', [x], { shape: target, allowZero: false }, options);
}

/** Appends a reshape that drops axes, which must have size 1. */
export function squeeze(builder: GraphBuilder, x: string, axes: readonly number[], options?: AddOptions): string {
  const { shape } = builder.value(x);
  const kept = [...shape.keys()].filter((axis) => !axes.includes(axis));
  const target = kept.map((axis) => (axis === 0 ? -1 : shape[axis]!));
  return builder.add('reshape', [x], { shape: target, allowZero: false }, options);
}

/** Appends a reshape that puts in axes of size 1; `axes` are positions in the result, ascending. */
export function unsqueeze(builder: GraphBuilder, x: string, axes: readonly number[], options?: AddOptions): string {
  const target = builder.value(x).shape.map((n, axis) => (axis === 0 ? -1 : n));
  for (const axis of axes) target.splice(axis, 0, 1);
  return builder.add('reshape', [x], { shape: target, allowZero: false }, options);
}

/** Appends a view of a list that broadcasts along one axis of tensors of `rank` axes. */
export function alongAxis(builder: GraphBuilder, list: string, axis: number, rank: number): string {
  const behind = Array.from({ length: rank - 1 - axis }, (_, i) => i + 1);
  return unsqueeze(builder, list, behind);
}

/** Appends a slice of `size` elements from `start` on along one axis. */
export function sliceAlong(
  builder: GraphBuilder,
  x: string,
  axis: number,
  start: number,
  size: number,
  options?: AddOptions,
): string {
  const only = (value: number, rest: number): number[] =>
    builder.value(x).shape.map((_, a) => (a === axis ? value : rest));
  return builder.add('slice', [x], { starts: only(start, 0), sizes: only(size, -1), steps: only(1, 1) }, options);
}
