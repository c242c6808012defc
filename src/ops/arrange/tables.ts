import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import { MAX_RESIZED } from '../../limits.ts';
import { stridesOf } from '../../tensor/shape.ts';
import { float32, type DType } from '../../tensor/tensor.ts';
import { axisOf, named } from '../internal/onnx.ts';
import { alongAxis, unsqueeze } from '../internal/view.ts';
import { typeOf } from '../pointwise/cast.ts';
import { weightTable } from '../resample/weights.ts';
import { coordinatesOf, NOWHERE, rearranged } from './places.ts';

/** What is a product with a table of numbers, or such a table. */
export const tables: Readonly<Record<string, OnnxImporter>> = {
  CumSum: importCumSum,
  EyeLike: importEyeLike,
  OneHot: importOneHot,
  Trilu: importTrilu,
};

/** Elements along an axis that is summed up: its table has their square. */
const MOST_SUMMED = 4096;

/** y[o] = Σ x[i] over i ≤ o: a resampling from all elements before, whose gradient is one from all behind. */
function importCumSum(n: OnnxNode): readonly string[] {
  const { shape, dtype } = n.value(0);
  const axis = axisOf(n, n.whole(1)?.[0] ?? n.refuse('it has no axis'), shape.length);
  const [exclusive, reverse] = [n.int('exclusive', 0) === 1, n.int('reverse', 0) === 1];
  const size = shape[axis]!;
  if (size > MOST_SUMMED) n.refuse(`${String(size)} elements to sum up; ${String(MOST_SUMMED)} are possible`);
  const rows = Array.from({ length: size }, (_, o) => {
    const count = (reverse ? size - o : o + 1) - Number(exclusive);
    const first = reverse ? size - count : 0;
    return new Map(Array.from({ length: count }, (__, i) => [first + i, 1]));
  });
  const table = weightTable(n.builder, n.name, rows, size);
  const y = n.builder.add('resample', [n.input(0), ...table], { axis, size }, named(n));
  // Whole numbers of constants stay such.
  return [dtype === 'float32' ? y : n.builder.add('cast', [y], { to: dtype }, { name: n.name })];
}

/** x above or below a diagonal, 0 elsewhere. */
function importTrilu(n: OnnxNode): readonly string[] {
  const { shape } = n.value(0);
  const [h, w] = shape.slice(-2);
  if (h === undefined || w === undefined) n.refuse(`an input of rank ${String(shape.length)}`);
  const [upper, k] = [n.int('upper', 1) === 1, n.whole(1)?.[0] ?? 0];
  const stays = (row: number, column: number): boolean => (upper ? column - row >= k : column - row <= k);
  if (n.builder.constantOf(n.input(0))) {
    const strides = stridesOf(shape);
    const places = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, place) => {
      const [row, column] = coordinatesOf(place, strides, shape).slice(-2) as [number, number];
      return stays(row, column) ? place : NOWHERE;
    });
    return [rearranged(n, n.input(0), places, shape, named(n))];
  }
  const where = `Trilu "${n.name}"`;
  const mask = n.builder.computed(`${n.name}/mask`, where, 'float32', [h, w], () =>
    Array.from({ length: h * w }, (_, i) => Number(stays(Math.floor(i / w), i % w))),
  );
  return [n.builder.add('mul', [n.input(0), mask], {}, named(n))];
}

/** Ones on a diagonal of a matrix of the same shape. */
function importEyeLike(n: OnnxNode): readonly string[] {
  const { shape, dtype } = n.value(0);
  if (shape.length !== 2) n.refuse(`an input of rank ${String(shape.length)}`);
  const [h, w] = shape as [number, number];
  const k = n.int('k', 0);
  const to: DType = n.has('dtype')
    ? (typeOf(n.int('dtype', 1)) ?? n.refuse(`type ${String(n.int('dtype', 1))}`))
    : dtype;
  const numbers = (): Uint8Array => new Uint8Array(h * w).map((_, i) => Number((i % w) - Math.floor(i / w) === k));
  return [n.builder.computed(n.outputs[0]!, `EyeLike "${n.name}"`, to, [h, w], numbers)];
}

/** The second of two values at the index of a new axis, the first elsewhere. */
function importOneHot(n: OnnxNode): readonly string[] {
  const { shape } = n.value(0);
  const depth = n.whole(1)?.[0] ?? n.refuse('it has no depth');
  const [off, on] = n.constant(2) ?? n.refuse('it has no values');
  if (depth < 1 || depth > MAX_RESIZED) n.refuse(`a depth of ${String(depth)}`);
  const axis = axisOf(n, n.int('axis', -1), shape.length + 1);
  const to = shape.toSpliced(axis, 0, depth);
  const indices = n.builder.constantOf(n.input(0));
  if (!indices) return oneHotOf(n, axis, depth, off!, on! - off!);
  const [strides, dense] = [stridesOf(to), stridesOf(shape)];
  const numbers = (): Float64Array =>
    new Float64Array(to.reduce((a, b) => a * b, 1)).map((_, place) => {
      const at = coordinatesOf(place, strides, to);
      const index = indices.data[at.toSpliced(axis, 1).reduce((i, c, a) => i + c * dense[a]!, 0)]!;
      return (index < 0 ? index + depth : index) === at[axis] ? on! : off!;
    });
  return [n.builder.computed(n.outputs[0]!, `OneHot "${n.name}"`, n.value(2).dtype, to, numbers)];
}

/** Of floats that vary between runs: 1 where the difference to the index, or to what it is counted from the back, has no sign. */
function oneHotOf(n: OnnxNode, axis: number, depth: number, off: number, more: number): readonly string[] {
  const { builder, name } = n;
  const add = (type: string, inputs: readonly string[]): string => builder.add(type, inputs, {}, { name });
  const x = unsqueeze(builder, n.input(0), [axis]);
  const miss = [0, depth].map((shift) => {
    const places = Float32Array.from({ length: depth }, (_, i) => i - shift);
    const list = builder.constant(`${name}/places`, float32([depth], places));
    return add('abs', [add('sign', [add('sub', [x, alongAxis(builder, list, axis, n.value(0).shape.length + 1)])])]);
  }) as [string, string];
  const hit = add('sub', [builder.scalar(2), add('add', miss)]);
  return [builder.add('add', [add('mul', [hit, builder.scalar(more)]), builder.scalar(off)], {}, named(n))];
}
