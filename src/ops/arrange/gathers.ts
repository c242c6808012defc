import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import { sizeOf, stridesOf } from '../../tensor/shape.ts';
import { axisOf, named } from '../internal/onnx.ts';
import { reshapeTo } from '../internal/view.ts';
import { coordinatesOf, indexIn, indicesOf, rearranged, taken } from './places.ts';

/** Elements taken from places that are known when the file is read. */
export const gathers: Readonly<Record<string, OnnxImporter>> = {
  Compress: importCompress,
  GatherElements: importGatherElements,
  GatherND: importGatherND,
  ReverseSequence: importReverseSequence,
};

/** y[i, j, k] = x[i, indices[i, j, k], k] */
function importGatherElements(n: OnnxNode): readonly string[] {
  const { shape } = n.value(0);
  const axis = axisOf(n, n.int('axis', 0), shape.length);
  const { shape: to } = n.value(1);
  if (to.length !== shape.length) n.refuse(`indices of rank ${String(to.length)} into rank ${String(shape.length)}`);
  const places = elementPlaces(n, indicesOf(n, 1), to, shape, axis);
  return [rearranged(n, n.input(0), places, to, named(n))];
}

/** Where in a tensor of `shape` indices of GatherElements and ScatterElements lie that are given along an axis. */
export function elementPlaces(
  n: OnnxNode,
  indices: readonly number[],
  of: readonly number[],
  shape: readonly number[],
  axis: number,
): number[] {
  const [strides, dense] = [stridesOf(shape), stridesOf(of)];
  if (of.some((size, i) => i !== axis && size > shape[i]!)) n.refuse('there are more indices than the data has');
  return indices.map((index, i) =>
    coordinatesOf(i, dense, of)
      .with(axis, indexIn(n, index, axis, shape[axis]!))
      .reduce((place, at, a) => place + at * strides[a]!, 0),
  );
}

/** y[…] = x[indices[…]], where the last axis of the indices counts through the first axes of x behind `batch_dims`. */
function importGatherND(n: OnnxNode): readonly string[] {
  const { shape } = n.value(0);
  const { shape: of } = n.value(1);
  const batches = n.int('batch_dims', 0);
  const places = slicePlaces(n, indicesOf(n, 1), of, shape, batches);
  const to = [...of.slice(0, -1), ...shape.slice(batches + of.at(-1)!)];
  return [rearranged(n, n.input(0), places, to, named(n))];
}

/** Where in a tensor of `shape` the elements of the slices lie that indices of GatherND and ScatterND name. */
export function slicePlaces(
  n: OnnxNode,
  indices: readonly number[],
  of: readonly number[],
  shape: readonly number[],
  batches: number,
): number[] {
  const depth = of.at(-1) ?? n.refuse('its indices have no axis');
  const strides = stridesOf(shape);
  if (depth < 1 || batches + depth > shape.length) n.refuse(`indices of ${String(depth)} axes`);
  const inner = sizeOf(shape.slice(batches + depth));
  const perBatch = sizeOf(of.slice(batches, -1));
  const batchSize = sizeOf(shape.slice(batches));
  return Array.from({ length: sizeOf(of.slice(0, -1)) }, (_, row) => {
    let start = Math.floor(row / perBatch) * batchSize;
    for (let d = 0; d < depth; d++) {
      const axis = batches + d;
      start += indexIn(n, indices[row * depth + d]!, axis, shape[axis]!) * strides[axis]!;
    }
    return Array.from({ length: inner }, (__, i) => start + i);
  }).flat();
}

/** What a list of conditions lets through, along an axis or of all elements in a row. */
function importCompress(n: OnnxNode): readonly string[] {
  const condition = n.builder.constantOf(n.input(1)) ?? n.refuse('a condition that varies between runs');
  const kept = [...condition.data.keys()].filter((i) => condition.data[i] !== 0);
  const { shape } = n.value(0);
  const flat = !n.has('axis');
  const axis = flat ? 0 : axisOf(n, n.int('axis', 0), shape.length);
  const x = flat ? reshapeTo(n.builder, n.input(0), [sizeOf(shape)]) : n.input(0);
  const size = n.builder.value(x).shape[axis]!;
  if (condition.data.length > size)
    n.refuse(`${String(condition.data.length)} conditions for ${String(size)} elements`);
  if (kept.length === 0) n.refuse('nothing is left of it');
  return [taken(n.builder, x, axis, kept, named(n))];
}

/** The first so many elements of each sequence in the opposite order. */
function importReverseSequence(n: OnnxNode): readonly string[] {
  const { shape } = n.value(0);
  const lengths = indicesOf(n, 1);
  const [time, batch] = [n.int('time_axis', 0), n.int('batch_axis', 1)];
  if (shape.length < 2 || time + batch !== 1 || time * batch !== 0) n.refuse('axes other than the first two');
  if (lengths.length !== shape[batch])
    n.refuse(`${String(lengths.length)} lengths for ${String(shape[batch])} sequences`);
  if (lengths.some((length) => !(length >= 0 && length <= shape[time]!))) n.refuse('sequences longer than the axis');
  const strides = stridesOf(shape);
  const places = Array.from({ length: sizeOf(shape) }, (_, place) => {
    const at = coordinatesOf(place, strides, shape);
    const length = lengths[at[batch]!]!;
    return at[time]! < length ? place + (length - 1 - 2 * at[time]!) * strides[time]! : place;
  });
  return [rearranged(n, n.input(0), places, shape, named(n))];
}
