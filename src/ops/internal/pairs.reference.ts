import type { Reference } from '../../ir/op.ts';
import { broadcastStrides, sizeOf } from '../../tensor/shape.ts';
import type { DType } from '../../tensor/tensor.ts';
import { collapse } from './strided.ts';
import { sameKind, walkIndices } from './walk.reference.ts';

type Numbers = Float64Array;

/** One run: y[at…] of so many numbers, from a and b that each go on by a step. */
type Run = (
  a: Numbers,
  from: number,
  aStep: number,
  b: Numbers,
  by: number,
  bStep: number,
  y: Numbers,
  at: number,
  count: number,
) => void;

/** A loop for each: weights have millions of numbers, and a call for every one takes ten times as long. */
const RUNS: Readonly<Record<string, Run>> = {
  add: (a, from, aStep, b, by, bStep, y, at, count) => {
    for (let i = 0; i < count; i++) y[at + i] = a[from + i * aStep]! + b[by + i * bStep]!;
  },
  sub: (a, from, aStep, b, by, bStep, y, at, count) => {
    for (let i = 0; i < count; i++) y[at + i] = a[from + i * aStep]! - b[by + i * bStep]!;
  },
  mul: (a, from, aStep, b, by, bStep, y, at, count) => {
    for (let i = 0; i < count; i++) y[at + i] = a[from + i * aStep]! * b[by + i * bStep]!;
  },
  div: (a, from, aStep, b, by, bStep, y, at, count) => {
    for (let i = 0; i < count; i++) y[at + i] = a[from + i * aStep]! / b[by + i * bStep]!;
  },
};

/**
 * Pairs of numbers of two tensors that broadcast to each other. `dtype` is that of the first; `type` is the op's, if it is one
 * of those of which there may be many.
 */
export function pairs(
  apply: (a: number, b: number, dtype: DType) => number,
  type?: 'add' | 'sub' | 'mul' | 'div',
): Reference<object> {
  return ({ inputs: [a, b], outputs: [y] }, [av, bv]) => {
    const { dtype } = a!;
    const isFloat = dtype.startsWith('float');
    const run: Run =
      (isFloat && type !== undefined && RUNS[type]) ||
      ((left, from, aStep, right, by, bStep, result, at, count) => {
        for (let i = 0; i < count; i++) result[at + i] = apply(left[from + i * aStep]!, right[by + i * bStep]!, dtype);
      });
    const size = sizeOf(y!.shape);
    const result = isFloat
      ? sameKind(av!.BYTES_PER_ELEMENT > bv!.BYTES_PER_ELEMENT ? av! : bv!, size)
      : new Float64Array(size);
    if (size === 0) return [result];
    const { shape, strides } = collapse({
      shape: y!.shape,
      strides: [a!, b!].map((operand) => broadcastStrides(operand.shape, y!.shape)),
    });
    const count = shape.at(-1)!;
    const [aStep, bStep] = strides.map((steps) => steps.at(-1)!) as [number, number];
    const [from, by] = strides.map((steps) => walkIndices(shape.slice(0, -1), steps.slice(0, -1))) as [
      Int32Array,
      Int32Array,
    ];
    for (let i = 0; i < from.length; i++) run(av!, from[i]!, aStep, bv!, by[i]!, bStep, result, i * count, count);
    return [result];
  };
}
