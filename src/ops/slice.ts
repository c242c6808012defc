import { defineOp, type OnnxNode, type Op } from '../ir/op.ts';
import { formatShape, stridesOf, type Shape } from '../tensor/shape.ts';
import { shapeError } from './internal/check.ts';
import { axisOf, attributeOrInput, emit } from './internal/onnx.ts';
import { samePixel } from './internal/reach.ts';
import { copy, expectFewAxes, walkIndices, type View } from './internal/strided.ts';
import { sliceAlong } from './internal/view.ts';

/** For each axis of x: y takes `sizes` elements from `starts` on in `steps`, which may be negative. */
interface SliceAttributes {
  readonly starts: readonly number[];
  /** −1: to the end. So an axis that is left whole fits any batch. */
  readonly sizes: readonly number[];
  readonly steps: readonly number[];
}

/** A box of x, with strides. */
export const slice: Op = defineOp<SliceAttributes>({
  type: 'slice',
  infer: ({ node, attributes: { starts, sizes, steps }, inputs: [x] }) => {
    const { shape, dtype } = x!;
    if ([starts, sizes, steps].some((list) => list.length !== shape.length)) {
      throw shapeError(node, 'the box has the wrong rank', `${String(shape.length)} axes`, String(starts.length));
    }
    expectFewAxes(node, shape);
    const result = shape.map((n, axis) => {
      const start = starts[axis]!;
      const step = steps[axis]!;
      const size = sizes[axis] === -1 ? countTo(step > 0 ? n : -1, start, step) : sizes[axis]!;
      const last = start + (size - 1) * step;
      const inside = (at: number): boolean => at >= 0 && at < n;
      if (step === 0 || size < 0 || (size > 0 && !(inside(start) && inside(last)))) {
        const got = `${String(start)} to ${String(last)} in steps of ${String(step)}`;
        throw shapeError(
          node,
          `the box leaves axis ${String(axis)} of ${formatShape(shape)}`,
          `0 to ${String(n - 1)}`,
          got,
        );
      }
      return size;
    });
    return [{ dtype, shape: result }];
  },
  evaluate: ({ attributes, inputs: [x], outputs: [y] }, [xv]) => {
    const { offset, strides } = viewOf(x!.shape, attributes);
    return [Float64Array.from(walkIndices(y!.shape, strides, offset), (at) => xv![at]!)];
  },
  launches: ({ attributes, inputs: [x], outputs: [y] }) =>
    copy(
      { tensor: x!.name, ...viewOf(x!.shape, attributes) },
      { tensor: y!.name, offset: 0, strides: stridesOf(y!.shape) },
      y!.shape,
    ),
  // The elements go back to their places, zeros between and around them.
  backward: ({ builder, attributes: { starts, sizes, steps }, inputs: [x], outputs: [y], dy: [dy] }) => {
    const whole = starts.map((start, axis) => start === 0 && sizes[axis] === -1 && steps[axis] === 1);
    const backwards = steps.map((step) => step < 0);
    let signal = dy!;
    if (backwards.includes(true)) {
      signal = builder.add('slice', [signal], {
        starts: y!.shape.map((n, axis) => (backwards[axis] ? n - 1 : 0)),
        sizes: y!.shape.map(() => -1),
        steps: backwards.map((is) => (is ? -1 : 1)),
      });
    }
    const span = y!.shape.map((n, axis) => (n - 1) * steps[axis]!);
    const low = starts.map((start, axis) => start + Math.min(span[axis]!, 0));
    const high = x!.shape.map((n, axis) => (whole[axis] ? 0 : n - 1 - starts[axis]! - Math.max(span[axis]!, 0)));
    const interior = steps.map((step) => Math.abs(step) - 1);
    return [builder.add('pad', [signal], { low, high, interior, mode: 'constant', value: 0 })];
  },
  reach: ({ attributes: { starts, sizes, steps } }) =>
    starts.every((start, axis) => axis === 1 || (start === 0 && sizes[axis] === -1 && steps[axis] === 1))
      ? samePixel()
      : undefined,
  onnx: { Slice: importSlice, Split: importSplit },
});

/** Elements from `start` to before `end`. */
function countTo(end: number, start: number, step: number): number {
  return Math.max(Math.ceil((end - start) / step), 0);
}

function viewOf(shape: Shape, { starts, steps }: SliceAttributes): Omit<View, 'tensor'> {
  const strides = stridesOf(shape);
  return {
    offset: starts.reduce((sum, start, axis) => sum + start * strides[axis]!, 0),
    strides: strides.map((stride, axis) => stride * steps[axis]!),
  };
}

function importSlice(n: OnnxNode): readonly string[] {
  const { shape } = n.value(0);
  const first = attributeOrInput(n, 'starts', 1, 10) ?? n.refuse('it has no starts');
  const last = attributeOrInput(n, 'ends', 2, 10) ?? n.refuse('it has no ends');
  const axes = (attributeOrInput(n, 'axes', 3, 10) ?? [...first.keys()]).map((axis) => axisOf(n, axis, shape.length));
  const stride = (n.opset < 10 ? undefined : n.constant(4)) ?? first.map(() => 1);
  const starts = shape.map(() => 0);
  const sizes = shape.map(() => -1);
  const steps = shape.map(() => 1);
  for (const [i, axis] of axes.entries()) {
    const size = shape[axis]!;
    const step = stride[i]!;
    if (step === 0) n.refuse('its step is 0');
    // Ends are clamped as ONNX says: going backwards, −1 is the place before the first element.
    const [lo, hi] = step > 0 ? [0, size] : [-1, size - 1];
    const place = (at: number): number => Math.min(Math.max(at < 0 ? at + size : at, lo), hi);
    const start = Math.max(place(first[i]!), 0);
    const count = countTo(place(last[i]!), start, step);
    starts[axis] = start;
    steps[axis] = step;
    sizes[axis] = start === 0 && step === 1 && count === size ? -1 : count;
  }
  return [emit(n, 'slice', [n.input(0)], { starts, sizes, steps })];
}

function importSplit(n: OnnxNode): readonly string[] {
  const { shape } = n.value(0);
  const axis = axisOf(n, n.int('axis', 0), shape.length);
  const count = n.int('num_outputs', n.outputs.length);
  const part = Math.ceil(shape[axis]! / count);
  const even = n.outputs.map((_, i) => Math.min(part, shape[axis]! - i * part));
  const parts = attributeOrInput(n, 'split', 1, 13) ?? even;
  let start = 0;
  return parts.map((size, i) => {
    start += size;
    if (!n.wants(i)) return '';
    return sliceAlong(n.builder, n.input(0), axis, start - size, size, { name: n.name, outputs: [n.outputs[i]!] });
  });
}
