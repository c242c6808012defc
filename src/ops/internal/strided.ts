import type { Node } from '../../ir/graph.ts';
import type { Launch, Rows } from '../../ir/op.ts';
import { formatShape, type Shape } from '../../tensor/shape.ts';
import { shapeError } from './check.ts';
import { elementwise, SEVERAL } from './launch.ts';

/** Axes the strided shaders have room for in their `Params` (two vec4). */
const MAX_RANK = 8;

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

/** A number for each axis, outermost first, as the shaders want them: innermost first, in an `array<vec4, 2>`. */
export function perAxis(values: readonly number[], rest = 0): readonly number[] {
  return [...values.toReversed(), ...new Array<number>(MAX_RANK - values.length).fill(rest)];
}

/** A tensor read or written with strides, in elements. */
export interface View {
  readonly tensor: string;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Copies x to y over an index space `shape`; both are walked with their own strides (x with 0 to repeat). */
export function copy(x: View, y: View, shape: Shape): readonly Launch[] {
  const walk = collapse({ shape, strides: [x.strides, y.strides] });
  const launches = elementwise(
    'shape/copy',
    { shape },
    { x: x.tensor, y: y.tensor },
    {
      x_offset: x.offset,
      y_offset: y.offset,
      shape: perAxis(walk.shape, 1),
      x_strides: perAxis(walk.strides[0]!),
      y_strides: perAxis(walk.strides[1]!),
    },
    { INNER: walk.shape.length - 1, ...SEVERAL },
  );
  const copies = rowsOf(walk, x.offset, y.offset);
  return copies ? launches.map((launch) => ({ ...launch, copies })) : launches;
}

/** A walk over rows that are dense in x; undefined where it is none. */
function rowsOf({ shape, strides }: Walk, fromStart: number, toStart: number): Rows | undefined {
  if (shape.length > 2) return undefined;
  const [size, rows = 1] = shape.toReversed() as [number, number?];
  const [[xStride, xRow], [yStride, toStride = 0]] = strides.map((steps) => steps.toReversed()) as [
    [number, number?],
    [number, number?],
  ];
  if (size > 1 && (xStride !== 1 || yStride !== 1)) return undefined;
  if (rows > 1 && xRow !== size) return undefined;
  return { size, rows, fromStart, toStart, toStride };
}
