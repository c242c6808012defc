import type { GraphBuilder } from '../../ir/builder.ts';
import { sizeOf } from '../../tensor/shape.ts';

/** Appends Σ x as a scalar: along the last axis first, since a sum of sums is faster and more exact than one long sum. */
export function sum(builder: GraphBuilder, x: string): string {
  const rank = builder.value(x).shape.length;
  if (rank === 0) return x;
  const add = (of: string, axes: number[]): string =>
    builder.add('reduce', [of], { mode: 'sum', axes, keepdims: false });
  const rows = add(x, [rank - 1]);
  return rank === 1
    ? rows
    : add(
        rows,
        Array.from({ length: rank - 1 }, (_, axis) => axis),
      );
}

/** Appends the mean as a scalar. */
export function mean(builder: GraphBuilder, x: string): string {
  return scale(builder, sum(builder, x), 1 / sizeOf(builder.value(x).shape));
}

export function square(builder: GraphBuilder, x: string): string {
  return builder.add('mul', [x, x]);
}

export function scale(builder: GraphBuilder, x: string, factor: number): string {
  return factor === 1 ? x : builder.add('mul', [x, builder.scalar(factor)]);
}

/** Appends b + share · (a − b): a where the share is 1, b where it is 0. */
export function mix(builder: GraphBuilder, share: string, a: string, b: string): string {
  return builder.add('add', [b, builder.add('mul', [share, builder.add('sub', [a, b])])]);
}

/** Appends dy where low < x < high, and 0 elsewhere. */
export function passWhere(
  builder: GraphBuilder,
  x: string,
  dy: string,
  [low, high]: readonly [number, number],
): string {
  return builder.add('relu-grad', [x, dy], { rule: 'gradient', low, high });
}
