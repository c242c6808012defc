import type { Shape } from '../../tensor/shape.ts';
import { collapse } from './strided.ts';

/** The flat indices that a walk visits in order. */
export function walkIndices(shape: Shape, strides: readonly number[], offset = 0): Int32Array {
  const indices = new Int32Array(shape.reduce((size, n) => size * n, 1));
  let i = 0;
  walkRuns(shape, strides, offset, (from, count, step) => {
    for (let k = 0; k < count; k++) indices[i++] = from + k * step;
  });
  return indices;
}

/** The numbers that a walk visits in order, in an array of the same kind. */
export function walk(numbers: Float64Array, shape: Shape, strides: readonly number[], offset = 0): Float64Array {
  const result = sameKind(
    numbers,
    shape.reduce((size, n) => size * n, 1),
  );
  let i = 0;
  walkRuns(shape, strides, offset, (from, count, step) => {
    if (step === 1) result.set(numbers.subarray(from, from + count), i);
    else if (step === 0) result.fill(numbers[from]!, i, i + count);
    else for (let k = 0; k < count; k++) result[i + k] = numbers[from + k * step]!;
    i += count;
  });
  return result;
}

/** An array for numbers like these: operations that only move numbers leave them as they are. */
export function sameKind(numbers: Float64Array, length: number): Float64Array {
  return new (numbers.constructor as Float64ArrayConstructor)(length);
}

/** The runs that a walk is made of: where each begins, its length, and its step. */
function walkRuns(
  shape: Shape,
  strides: readonly number[],
  offset: number,
  visit: (from: number, count: number, step: number) => void,
): void {
  if (shape.includes(0)) return;
  const {
    shape: sizes,
    strides: [steps],
  } = collapse({ shape, strides: [strides] });
  const last = sizes.length - 1;
  const along = (axis: number, from: number): void => {
    if (axis === last) visit(from, sizes[axis]!, steps![axis]!);
    else for (let k = 0; k < sizes[axis]!; k++) along(axis + 1, from + k * steps![axis]!);
  };
  along(0, offset);
}
