import { windows } from '../../ir/dependence.ts';
import { defineOp, type Copy, type NodeContext, type Op, type View } from '../../ir/op.ts';
import { formatShape, sameShape, stridesOf, type Shape } from '../../tensor/shape.ts';
import { shapeError } from '../internal/check.ts';
import { expectFewAxes, wholeCopy } from '../internal/strided.ts';

/** For each axis of x: y takes `sizes` elements from `starts` on in `steps`, which may be negative. */
export interface SliceAttributes {
  readonly starts: readonly number[];
  /** −1: to the end. So an axis that is left whole fits any batch. */
  readonly sizes: readonly number[];
  readonly steps: readonly number[];
}

/** A box of x, with strides. */
export const slice: Op = defineOp<SliceAttributes>({
  type: 'slice',
  perAxis: ['starts', 'sizes', 'steps'],
  dependence: ({ attributes: { starts, steps }, inputs: [x] }) => [
    x!.shape.map((_, axis) => windows(axis, { kernel: 1, stride: steps[axis]!, dilation: 1, before: -starts[axis]! })),
  ],
  onWindow: ({ attributes }) => (isWhole(attributes, [0, 2, 3]) ? { attributes } : undefined),
  isIdentity: ({ attributes: { steps }, inputs: [x], outputs: [y] }) =>
    steps.every((n) => n === 1) && sameShape(x!.shape, y!.shape),
  anyNumbers: true,
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
  copies: sliceCopies,
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
});

/** These axes of an image are left as they are, whatever their size. */
function isWhole({ starts, sizes, steps }: SliceAttributes, axes: readonly number[]): boolean {
  return starts.length === 4 && axes.every((axis) => starts[axis] === 0 && sizes[axis] === -1 && steps[axis] === 1);
}

/** Elements from `start` to before `end`. */
export function countTo(end: number, start: number, step: number): number {
  return Math.max(Math.ceil((end - start) / step), 0);
}

export function sliceCopies(context: NodeContext<SliceAttributes>): readonly Copy[] {
  return wholeCopy(context, viewOf(context.inputs[0]!.shape, context.attributes));
}

/** Where a slice begins in x and how it walks along it. */
export function viewOf(shape: Shape, { starts, steps }: SliceAttributes): Omit<View, 'tensor'> {
  const strides = stridesOf(shape);
  return {
    offset: starts.reduce((sum, start, axis) => sum + start * strides[axis]!, 0),
    strides: strides.map((stride, axis) => stride * steps[axis]!),
  };
}
