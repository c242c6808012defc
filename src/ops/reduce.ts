import { defineOp, type OnnxNode, type Op } from '../ir/op.ts';
import { formatShape, normalizeAxis, sizeOf, stridesOf, type Shape } from '../tensor/shape.ts';
import { shapeError } from './internal/check.ts';
import { elementwise } from './internal/launch.ts';
import { attributeOrInput, axisOf, emit } from './internal/onnx.ts';
import { collapse, eight, expectFewAxes, walkIndices, type Walk } from './internal/strided.ts';
import { unsqueeze } from './internal/view.ts';

interface ReduceAttributes {
  readonly mode: 'sum' | 'mean';
  /** Counted from the front, ascending. */
  readonly axes: readonly number[];
  /** Leave the axes with size 1. */
  readonly keepdims: boolean;
}

/** From this many terms on a whole workgroup adds up one sum: before, its barriers cost more than they save. */
const GROUP_FROM = 1024;
const GROUP = 64;

/** Sum or mean over axes. */
export const reduce: Op = defineOp<ReduceAttributes>({
  type: 'reduce',
  infer: ({ node, attributes: { axes, keepdims }, inputs: [x] }) => {
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
    const kept = shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
    return [{ dtype: x!.dtype, shape: keepdims ? kept : kept.filter((_, axis) => !axes.includes(axis)) }];
  },
  evaluate: ({ attributes, inputs: [x] }, [xv]) => {
    const [kept, reduced] = walks(x!.shape, attributes.axes);
    const terms = walkIndices(reduced.shape, reduced.strides[0]!);
    const scale = scaleOf(attributes, terms.length);
    const sumAt = (base: number): number => terms.reduce((sum, term) => sum + xv![base + term]!, 0) * scale;
    return [Float64Array.from(walkIndices(kept.shape, kept.strides[0]!), sumAt)];
  },
  launches: ({ attributes, inputs: [x], outputs: [y] }) => {
    const [kept, reduced] = walks(x!.shape, attributes.axes).map(collapse) as [Walk, Walk];
    const terms = sizeOf(reduced.shape);
    const [launch] = elementwise(
      terms < GROUP_FROM ? 'nn/reduce' : 'nn/reduce-group',
      y!,
      { x: x!.name, y: y!.name },
      {
        terms,
        scale: scaleOf(attributes, terms),
        kept: eight(kept.shape, 1),
        kept_strides: eight(kept.strides[0]!),
        reduced: eight(reduced.shape, 1),
        reduced_strides: eight(reduced.strides[0]!),
      },
      { KEPT_RANK: kept.shape.length, REDUCED_RANK: reduced.shape.length },
    );
    if (!launch) return [];
    return [terms < GROUP_FROM ? launch : { ...launch, threads: [launch.threads[0] * GROUP, 1, 1] }];
  },
  backward: ({ builder, attributes: { mode, axes, keepdims }, inputs: [x], dy: [dy] }) => {
    const { shape } = x!;
    const terms = sizeOf(axes.map((axis) => shape[axis]!));
    const share = mode === 'mean' ? builder.add('div', [dy!, builder.scalar(terms)]) : dy!;
    const spread = keepdims ? share : unsqueeze(builder, share, axes);
    return [builder.add('expand', [spread], { shape: shape.map((n, axis) => (axes.includes(axis) ? n : 1)) })];
  },
  flops: ({ inputs: [x] }) => sizeOf(x!.shape),
  onnx: {
    ReduceSum: (n) => importReduce(n, 'sum', 13),
    ReduceMean: (n) => importReduce(n, 'mean', 18),
    GlobalAveragePool: (n) => {
      const axes = [...n.value(0).shape.keys()].slice(2);
      return [emit(n, 'reduce', [n.input(0)], { mode: 'mean', axes, keepdims: true })];
    },
  },
});

/** The walks over the axes that stay and over those that are added up. */
function walks(shape: Shape, axes: readonly number[]): [Walk, Walk] {
  const strides = stridesOf(shape);
  const over = (list: readonly number[]): Walk => ({
    shape: list.map((axis) => shape[axis]!),
    strides: [list.map((axis) => strides[axis]!)],
  });
  return [over([...shape.keys()].filter((axis) => !axes.includes(axis))), over(axes)];
}

function scaleOf({ mode }: ReduceAttributes, terms: number): number {
  return mode === 'mean' ? 1 / terms : 1;
}

function importReduce(n: OnnxNode, mode: ReduceAttributes['mode'], axesAreInputSince: number): readonly string[] {
  const all = [...n.value(0).shape.keys()];
  const given = attributeOrInput(n, 'axes', 1, axesAreInputSince) ?? [];
  if (given.length === 0 && n.int('noop_with_empty_axes', 0) === 1) return [n.input(0)];
  const axes = given.map((axis) => axisOf(n, axis, all.length)).sort((a, b) => a - b);
  const keepdims = n.int('keepdims', 1) === 1;
  return [emit(n, 'reduce', [n.input(0)], { mode, axes: axes.length === 0 ? all : axes, keepdims })];
}
