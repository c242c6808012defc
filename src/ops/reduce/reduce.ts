import { ALL, along } from '../../ir/dependence.ts';
import { defineOp, type Op } from '../../ir/op.ts';
import { formatShape, normalizeAxis, sizeOf, stridesOf, type Shape } from '../../tensor/shape.ts';
import { shapeError } from '../internal/check.ts';
import { emit } from '../internal/onnx.ts';
import { expectFewAxes, type Walk } from '../internal/strided.ts';
import { unsqueeze } from '../internal/view.ts';

export interface ReduceAttributes {
  readonly mode: 'sum' | 'mean' | 'max' | 'min';
  /** Counted from the front, ascending. */
  readonly axes: readonly number[];
  /** Leave the axes with size 1. */
  readonly keepdims: boolean;
}

/** Below any difference of two float32 numbers that networks have, and above 0. */
const TINY = 1e-30;

/** Sum, mean, maximum or minimum over axes. The gradient of an extreme goes to every element that has its value. */
export const reduce: Op = defineOp<ReduceAttributes>({
  type: 'reduce',
  anyNumbers: true,
  dependence: ({ attributes: { axes, keepdims }, inputs: [x] }) => {
    let kept = 0;
    return [
      x!.shape.map((_, axis) => {
        const reduced = axes.includes(axis);
        if (!reduced || keepdims) kept++;
        return reduced ? ALL : along(kept - 1);
      }),
    ];
  },
  sumScale: ({ attributes, inputs: [x] }) => {
    const { mode, axes } = attributes;
    const overPixels = axes.includes(2) && axes.includes(3) && !axes.includes(0);
    if (!overPixels || (mode !== 'sum' && mode !== 'mean')) return undefined;
    return scaleOf(attributes, sizeOf(axes.map((axis) => x!.shape[axis]!)));
  },
  keepsOrder: ({ mode }) => mode === 'mean',
  title: ({ mode }) => mode,
  infer: ({ node, attributes: { mode, axes, keepdims }, inputs: [x] }) => {
    const { shape } = x!;
    const wrong = axes.find((axis, i) => normalizeAxis(axis, shape.length) !== axis || axes.indexOf(axis) !== i);
    if (wrong !== undefined) {
      throw shapeError(
        node,
        'the axes do not fit',
        `each at most once, of ${formatShape(shape)}`,
        `[${axes.join(', ')}]`,
      );
    }
    expectFewAxes(node, shape);
    if (mode === 'mean' && axes.some((axis) => shape[axis] === 0))
      throw shapeError(node, 'there is nothing to take the mean of', 'elements along its axes', formatShape(shape));
    const kept = shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
    return [{ dtype: x!.dtype, shape: keepdims ? kept : kept.filter((_, axis) => !axes.includes(axis)) }];
  },
  backward: ({ builder, attributes: { mode, axes, keepdims }, node, inputs: [x], output, dy: [dy] }) => {
    const { shape } = x!;
    const kept = (tensor: string): string => (keepdims ? tensor : unsqueeze(builder, tensor, axes));
    const spread = (tensor: string): string =>
      builder.add('expand', [kept(tensor)], { shape: shape.map((n, axis) => (axes.includes(axis) ? n : 1)) });
    if (mode === 'sum') return [spread(dy!)];
    if (mode === 'mean') {
      const terms = sizeOf(axes.map((axis) => shape[axis]!));
      return [spread(builder.add('div', [dy!, builder.scalar(terms)]))];
    }
    // The difference to an extreme is never on its far side; where it is zero the signal passes.
    const difference = builder.add('sub', [node.inputs[0]!, kept(output(0))]);
    const only = mode === 'max' ? { low: -TINY, high: Infinity } : { low: -Infinity, high: TINY };
    return [builder.add('relu-grad', [difference, spread(dy!)], { rule: 'gradient', ...only })];
  },
  flops: ({ inputs: [x] }) => sizeOf(x!.shape),
  onnx: {
    GlobalAveragePool: (n) => {
      const axes = [...n.value(0).shape.keys()].slice(2);
      return [emit(n, 'reduce', [n.input(0)], { mode: 'mean', axes, keepdims: true })];
    },
  },
});

/** The walks over the axes that stay and over those that are added up. */
export function walks(shape: Shape, axes: readonly number[]): [Walk, Walk] {
  const strides = stridesOf(shape);
  const over = (list: readonly number[]): Walk => ({
    shape: list.map((axis) => shape[axis]!),
    strides: [list.map((axis) => strides[axis]!)],
  });
  return [over([...shape.keys()].filter((axis) => !axes.includes(axis))), over(axes)];
}

/** What a sum of so many terms is multiplied by. */
export function scaleOf({ mode }: ReduceAttributes, terms: number): number {
  return mode === 'mean' ? 1 / terms : 1;
}
