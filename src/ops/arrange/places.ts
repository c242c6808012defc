import type { AddOptions, GraphBuilder } from '../../ir/builder.ts';
import type { OnnxNode } from '../../ir/op.ts';
import { sizeOf, type Shape } from '../../tensor/shape.ts';
import { float32, tensor } from '../../tensor/tensor.ts';
import { reshapeTo } from '../internal/view.ts';

/** The place of an element that shows nothing of x: it is 0. */
export const NOWHERE = -1;

/**
 * Appends x with other elements along an axis, each from a place of it: a resampling from one neighbour, whose gradient is the
 * same turned round. Elements that are taken several times first come to lie side by side, or every row of the turned table
 * would reach from the first of them to the last.
 */
export function taken(
  builder: GraphBuilder,
  x: string,
  axis: number,
  places: readonly number[],
  options: AddOptions,
): string {
  const size = builder.value(x).shape[axis]!;
  const resampled = (from: string, to: readonly number[], names: AddOptions): string => {
    const table = [
      builder.constant(
        `${options.name ?? x}/places`,
        tensor(
          'uint32',
          [to.length],
          to.map((at) => Math.max(at, 0)),
        ),
      ),
      builder.constant(
        `${options.name ?? x}/shares`,
        float32(
          [to.length, 1],
          to.map((at) => Number(at !== NOWHERE)),
        ),
      ),
    ];
    return builder.add('resample', [from, ...table], { axis, size: builder.value(from).shape[axis]! }, names);
  };
  const last = new Map<number, number>();
  const apart = places.some((place, i) => {
    const before = last.get(place);
    last.set(place, i);
    return place !== NOWHERE && before !== undefined && before !== i - 1;
  });
  if (!apart || size === 1) return resampled(x, places, options);
  const order = [...places.keys()].sort((a, b) => places[a]! - places[b]! || a - b);
  const sorted = resampled(
    x,
    order.map((i) => places[i]!),
    { name: options.name ?? x },
  );
  const back = new Array<number>(order.length);
  for (const [at, i] of order.entries()) back[i] = at;
  return resampled(sorted, back, options);
}

/**
 * Appends a tensor of another shape, each element from a place in the whole of x. Where both are of one picture, places are
 * those in the picture, so that the graph fits other batches.
 */
export function rearranged(
  n: OnnxNode,
  x: string,
  places: readonly number[],
  shape: Shape,
  options: AddOptions = { name: n.name },
): string {
  const { builder } = n;
  const { shape: from, dtype } = builder.value(x);
  const constant = builder.constantOf(x);
  if (constant) {
    const numbers = (): number[] => places.map((place) => (place === NOWHERE ? 0 : constant.data[place]!));
    return builder.computed(options.outputs?.[0] ?? n.name, `${n.type} "${n.name}"`, dtype, shape, numbers);
  }
  if (places.length === 0) n.refuse('nothing is left of it');
  const alone = from[0] === 1 && shape[0] === 1;
  const flat = reshapeTo(builder, x, alone ? [1, sizeOf(from)] : [sizeOf(from)]);
  const all = taken(builder, flat, alone ? 1 : 0, places, { name: n.name });
  return reshapeTo(builder, all, shape, options);
}

/** The whole numbers of an input that must be constant; `why` is said where it is not. */
export function indicesOf(n: OnnxNode, input: number): readonly number[] {
  const constant = n.builder.constantOf(n.input(input));
  if (!constant) return n.refuse(`indices (input ${String(input)}) that vary between runs`);
  return [...constant.data].map((at) => (Number.isInteger(at) ? at : n.refuse(`an index of ${String(at)}`)));
}

/** An index counted from the front; refuses the node where it is outside of an axis. */
export function indexIn(n: OnnxNode, index: number, axis: number, size: number): number {
  const at = index < 0 ? index + size : index;
  if (at >= 0 && at < size) return at;
  return n.refuse(`index ${String(index)} is not in axis ${String(axis)}, which has ${String(size)} elements`);
}

/** The coordinates of an element. */
export function coordinatesOf(place: number, strides: readonly number[], shape: Shape): number[] {
  return strides.map((stride, axis) => Math.floor(place / stride) % shape[axis]!);
}
