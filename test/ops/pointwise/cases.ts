import type { Shape } from '../../../src/tensor/shape.ts';
import { awayFrom, numbers, positive, type ErrorCase, type OpCase } from '../harness.ts';
import { LONG, NINE_AXES } from '../common-shapes.ts';

const unary: OpCase[] = [
  { op: 'relu', label: 'mixed signs', inputs: [awayFrom(LONG, [0])], derivative: 'smooth' },
  { op: 'relu', label: 'scalar', inputs: [[]] },
  {
    op: 'clip',
    label: 'two bounds',
    attributes: { min: -0.5, max: 1 },
    inputs: [awayFrom(LONG, [-0.5, 1])],
    derivative: 'smooth',
  },
  {
    op: 'clip',
    label: 'no lower bound',
    attributes: { min: -Infinity, max: 1 },
    inputs: [awayFrom(LONG, [1])],
    derivative: 'smooth',
  },
  {
    op: 'clip',
    label: 'bounds the wrong way round',
    attributes: { min: 2, max: 1 },
    inputs: [[3]],
    expected: [1, 1, 1],
  },
  {
    op: 'leaky-relu',
    label: 'alpha 0.1',
    attributes: { alpha: 0.1 },
    inputs: [awayFrom(LONG, [0])],
    derivative: 'smooth',
  },
  {
    op: 'leaky-relu',
    label: 'negative alpha',
    attributes: { alpha: -0.5 },
    inputs: [awayFrom(LONG, [0])],
    derivative: 'smooth',
  },
  { op: 'sigmoid', label: 'normal', inputs: [LONG], derivative: 'smooth' },
  { op: 'sigmoid', label: 'far out', inputs: [numbers('float32', [4], [-200, -50, 50, 200])] },
  { op: 'tanh', label: 'normal', inputs: [LONG], derivative: 'smooth' },
  { op: 'tanh', label: 'far out', inputs: [numbers('float32', [4], [-200, -9, 9, 200])] },
  {
    op: 'hard-sigmoid',
    label: 'both kinks',
    attributes: { alpha: 0.2, beta: 0.5 },
    inputs: [awayFrom(LONG, [-2.5, 2.5])],
    derivative: 'smooth',
  },
  { op: 'hard-swish', label: 'both kinks', inputs: [awayFrom(LONG, [-3, 3])], derivative: 'smooth' },
  { op: 'silu', label: 'normal', inputs: [LONG], derivative: 'smooth' },
  { op: 'silu', label: 'far out', inputs: [numbers('float32', [4], [-200, -50, 50, 200])] },
  { op: 'softplus', label: 'normal', inputs: [LONG], derivative: 'smooth' },
  { op: 'softplus', label: 'far out', inputs: [numbers('float32', [4], [-200, -20, 20, 200])] },
  { op: 'exp', label: 'normal', inputs: [LONG], derivative: 'smooth' },
  { op: 'log', label: 'positive', inputs: [positive(LONG)], derivative: 'smooth' },
  { op: 'sqrt', label: 'positive', inputs: [positive(LONG)], derivative: 'smooth' },
  { op: 'neg', label: 'normal', inputs: [LONG], derivative: 'linear', exact: true },
  { op: 'abs', label: 'normal', inputs: [awayFrom(LONG, [0])], derivative: 'smooth', exact: true },
  { op: 'reciprocal', label: 'positive', inputs: [positive(LONG)], derivative: 'smooth' },
  { op: 'floor', label: 'normal', inputs: [awayFrom(LONG, [])], exact: true },
  { op: 'sign', label: 'normal', inputs: [awayFrom(LONG, [])], exact: true },
  { op: 'sign', label: 'zero', inputs: [numbers('float32', [3], [-2, 0, 1e-30])], exact: true },
  { op: 'ceil', label: 'normal', inputs: [awayFrom(LONG, [])], exact: true },
  { op: 'redirected-relu', label: 'mixed signs', inputs: [awayFrom([2, 3, 7, 5], [0])], derivative: 'smooth' },
];

const reluGrad: OpCase[] = (['gradient', 'guided', 'deconvnet'] as const).flatMap((rule) => [
  {
    op: 'relu-grad',
    label: `${rule}, one bound`,
    attributes: { rule, low: 0, high: Infinity },
    inputs: [LONG, LONG],
    exact: true,
  },
  {
    op: 'relu-grad',
    label: `${rule}, two bounds`,
    attributes: { rule, low: 0, high: 1 },
    inputs: [LONG, LONG],
    exact: true,
  },
]);

/** Shapes for each way of broadcasting. */
const BROADCASTS: readonly (readonly [string, Shape, Shape])[] = [
  ['equal shapes', LONG, LONG],
  ['a bias over an image', LONG, [3, 1, 1]],
  ['a scalar on the left', [], LONG],
  ['both ways', [2, 1, 13, 1], [3, 1, 17]],
];

/** Slopes: of each channel, of all, of each number; positive, none and negative. */
const prelus: OpCase[] = ([[3, 1, 1], [1], [], LONG] as Shape[]).map((slope) => ({
  op: 'prelu',
  label: `slope ${slope.join('×') || 'scalar'}`,
  inputs: [awayFrom(LONG, [0]), slope],
  derivative: 'smooth',
}));

const binary: OpCase[] = [
  ...prelus,
  {
    op: 'prelu',
    label: 'by hand',
    inputs: [numbers('float32', [2, 3], [-2, 0, 2, -1, -3, 1]), numbers('float32', [2, 1], [0.5, -1])],
    expected: [-1, 0, 2, 1, 3, 1],
  },
  ...BROADCASTS.flatMap(([label, a, b]): OpCase[] => [
    { op: 'add', label, inputs: [a, b], derivative: 'linear' },
    { op: 'sub', label, inputs: [a, b], derivative: 'linear' },
    { op: 'mul', label, inputs: [a, b], derivative: 'linear' },
    { op: 'div', label, inputs: [a, positive(b)], derivative: 'smooth' },
    { op: 'pow', label, inputs: [positive(a), b], derivative: 'smooth' },
    { op: 'max', label, inputs: [a, b], derivative: 'smooth' },
    { op: 'min', label, inputs: [a, b], derivative: 'smooth' },
  ]),
  {
    op: 'mul',
    label: 'seven axes',
    inputs: [
      [2, 1, 2, 1, 3, 1, 2],
      [1, 2, 1, 3, 1, 2, 1],
    ],
    derivative: 'linear',
  },
  {
    op: 'pow',
    label: 'a square of negative numbers',
    inputs: [LONG, numbers('float32', [], [2])],
    derivative: 'smooth',
    wrt: [0],
  },
  {
    op: 'pow',
    label: 'a cube of negative numbers',
    inputs: [LONG, numbers('float32', [], [3])],
    derivative: 'smooth',
    wrt: [0],
  },
  {
    op: 'div',
    label: 'integers, towards zero',
    inputs: [numbers('int64', [4], [7, -7, 7, -7]), numbers('int64', [4], [2, 2, -2, -2])],
    expected: [3, -3, -3, 3],
  },
];

/** Arithmetic of shapes, on constants. */
const onConstants: OpCase[] = [
  {
    op: 'cast',
    label: 'to integers',
    attributes: { to: 'int64' },
    inputs: [numbers('float32', [3], [1.75, -1.75, 0])],
    expected: [1, -1, 0],
  },
  {
    op: 'cast',
    label: 'to bool',
    attributes: { to: 'bool' },
    inputs: [numbers('float32', [3], [0.5, -2, 0])],
    expected: [1, 1, 0],
  },
  { op: 'cast', label: 'to float', attributes: { to: 'float32' }, inputs: [numbers('int64', [1], [7])], expected: [7] },
];

export const cases: readonly OpCase[] = [...unary, ...reluGrad, ...binary, ...onConstants];

export const errors: readonly ErrorCase[] = [
  ...['add', 'sub', 'mul', 'div', 'pow', 'max', 'min'].map((op): ErrorCase => ({
    op,
    label: 'no broadcast',
    inputs: [[2, 3], [2]],
  })),
  { op: 'add', label: 'too many axes', inputs: [NINE_AXES, [1]] },
  { op: 'prelu', label: 'no broadcast', inputs: [[2, 3], [2]] },
  {
    op: 'prelu',
    label: 'a larger slope',
    inputs: [
      [1, 3],
      [2, 1],
    ],
  },
  { op: 'relu-grad', label: 'another shape', attributes: { rule: 'gradient', low: 0, high: 1 }, inputs: [[2], [3]] },
];
