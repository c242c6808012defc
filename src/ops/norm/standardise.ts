import type { AddOptions, GraphBuilder } from '../../ir/builder.ts';

/** What {@link standardise} appends. */
export interface Standardised {
  readonly y: string;
  readonly mean: string;
  /** Of the elements themselves: divided by their number. */
  readonly variance: string;
  /** 1 / √(variance + epsilon). */
  readonly scale: string;
}

/** Appends y = (x − mean) / √(variance + epsilon) with the statistics of x itself over `axes`, which stay with size 1. */
export function standardise(
  builder: GraphBuilder,
  x: string,
  axes: readonly number[],
  epsilon: number,
  name: string,
  options: AddOptions = { name },
): Standardised {
  const add = (type: string, inputs: readonly string[], attributes = {}): string =>
    builder.add(type, inputs, attributes, { name });
  const meanOf = (tensor: string): string => add('reduce', [tensor], { mode: 'mean', axes, keepdims: true });
  const mean = meanOf(x);
  // From the differences: a mean of squares minus the square of a mean would lose what float32 has of a small variance.
  const centred = add('sub', [x, mean]);
  const variance = meanOf(add('mul', [centred, centred]));
  const scale = add('reciprocal', [add('sqrt', [add('add', [variance, builder.scalar(epsilon)])])]);
  return { y: builder.add('mul', [centred, scale], {}, options), mean, variance, scale };
}
