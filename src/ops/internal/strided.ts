import type { Node } from '../../ir/graph.ts';
import type { Copy, NodeContext, Rows, View } from '../../ir/op.ts';
import { formatShape, stridesOf, type Shape } from '../../tensor/shape.ts';
import { shapeError } from './check.ts';

/** Axes the strided shaders have room for in their `Params` (two vec4). */
export const MAX_RANK = 8;

/** Throws where a tensor has more axes than the shaders take. */
export function expectFewAxes(node: Node, shape: Shape): void {
  if (shape.length > MAX_RANK) {
    throw shapeError(node, 'there are too many axes', `at most ${String(MAX_RANK)}`, formatShape(shape));
  }
}

/** An index space and the strides with which some tensors walk along it. */
export interface Walk {
  readonly shape: Shape;
  readonly strides: readonly (readonly number[])[];
}

/**
 * The same walk with as few axes as possible: axes of size 1 go, and neighbours merge where every tensor steps evenly
 * over both. It decides the speed of the strided shaders, which divide once per axis beyond the first: equal shapes
 * become one axis, a bias over an image two.
 */
export function collapse({ shape, strides }: Walk): Walk {
  const sizes: number[] = [];
  const steps: number[][] = strides.map(() => []);
  for (const [axis, n] of shape.entries()) {
    if (n === 1) continue;
    const last = sizes.length - 1;
    const evenly = last >= 0 && strides.every((s, i) => steps[i]![last] === s[axis]! * n);
    if (evenly) sizes[last]! *= n;
    else sizes.push(n);
    for (const [i, s] of strides.entries()) steps[i]![evenly ? last : sizes.length - 1] = s[axis]!;
  }
  return sizes.length > 0 ? { shape: sizes, strides: steps } : { shape: [1], strides: strides.map(() => [0]) };
}

/** Makes all of y of a tensor that is walked along like this. */
export function wholeCopy(
  { inputs: [x], outputs: [y] }: NodeContext<unknown>,
  from: Omit<View, 'tensor'>,
): readonly Copy[] {
  const { name, shape } = y!;
  return [{ x: { tensor: x!.name, ...from }, y: { tensor: name, offset: 0, strides: stridesOf(shape) }, shape }];
}

/** A copy as runs that are dense where they come from; undefined where it is none. */
export function rowsOf({ x, y, shape: space }: Copy): Rows | undefined {
  const { shape, strides } = collapse({ shape: space, strides: [x.strides, y.strides] });
  if (shape.length > 2) return undefined;
  const [size, rows = 1] = shape.toReversed() as [number, number?];
  const [[xStride, xRow], [yStride, toStride = 0]] = strides.map((steps) => steps.toReversed()) as [
    [number, number?],
    [number, number?],
  ];
  if (size > 1 && (xStride !== 1 || yStride !== 1)) return undefined;
  if (rows > 1 && xRow !== size) return undefined;
  return { size, rows, fromStart: x.offset, toStart: y.offset, toStride };
}
