import type { Attributes } from '../../src/ir/graph.ts';
import { casesOfWindows, errorsOfWindows } from './cases-windows.ts';
import { awayFrom, numbers, positive, type ErrorCase, type OpCase } from './harness.ts';

/** More elements than two workgroups make, whose invocations make eight each, and no multiple of what an invocation makes. */
const LONG = [2, 3, 13, 17];

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
];

const reluGrad: OpCase[] = (['gradient', 'guided', 'deconvnet'] as const).flatMap((rule) => [
  {
    op: 'relu-grad',
    label: `${rule}, one bound`,
    attributes: { rule, lo: 0, hi: Infinity },
    inputs: [LONG, LONG],
    exact: true,
  },
  {
    op: 'relu-grad',
    label: `${rule}, two bounds`,
    attributes: { rule, lo: 0, hi: 1 },
    inputs: [LONG, LONG],
    exact: true,
  },
]);

/** Shapes for each way of broadcasting. */
const BROADCASTS: readonly (readonly [string, number[], number[]])[] = [
  ['equal shapes', LONG, LONG],
  ['a bias over an image', LONG, [3, 1, 1]],
  ['a scalar on the left', [], LONG],
  ['both ways', [2, 1, 13, 1], [3, 1, 17]],
];

/** Slopes: of each channel, of all, of each number; positive, none and negative. */
const prelus: OpCase[] = ([[3, 1, 1], [1], [], LONG] as number[][]).map((slope) => ({
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

const mean = (axes: number[], keepdims: boolean): Attributes => ({ mode: 'mean', axes, keepdims });
const sum = (axes: number[], keepdims: boolean): Attributes => ({ mode: 'sum', axes, keepdims });

const reductions: OpCase[] = [
  {
    op: 'reduce',
    label: 'mean over h and w (global average pool)',
    attributes: mean([2, 3], true),
    inputs: [LONG],
    derivative: 'linear',
  },
  {
    op: 'reduce',
    label: 'sum over n, h and w (gradient of a bias)',
    attributes: sum([0, 2, 3], false),
    inputs: [LONG],
    derivative: 'linear',
  },
  { op: 'reduce', label: 'sum over c', attributes: sum([1], false), inputs: [LONG], derivative: 'linear' },
  { op: 'reduce', label: 'mean over all', attributes: mean([0, 1, 2, 3], false), inputs: [LONG], derivative: 'linear' },
  { op: 'reduce', label: 'sum over nothing', attributes: sum([], true), inputs: [LONG], derivative: 'linear' },
  {
    op: 'reduce',
    label: 'long sums, a workgroup each',
    attributes: mean([2, 3], false),
    inputs: [[1, 3, 37, 41]],
    derivative: 'linear',
  },
  {
    op: 'reduce',
    label: 'long sums over outer axes',
    attributes: sum([0, 2], true),
    inputs: [[40, 3, 41, 2]],
    derivative: 'linear',
  },
  ...(['max', 'min'] as const).flatMap((mode): OpCase[] => [
    {
      op: 'reduce',
      label: `${mode} over c`,
      attributes: { mode, axes: [1], keepdims: true },
      inputs: [LONG],
      derivative: 'smooth',
      exact: true,
    },
    {
      op: 'reduce',
      label: `${mode} over all, a workgroup each`,
      attributes: { mode, axes: [0, 1, 2], keepdims: false },
      inputs: [[3, 37, 41]],
      derivative: 'smooth',
      exact: true,
    },
  ]),
  {
    op: 'reduce',
    label: 'by hand',
    attributes: mean([1], true),
    inputs: [numbers('float32', [2, 2], [1, 2, 3, 6])],
    expected: [1.5, 4.5],
  },
];

const softmaxes: OpCase[] = [true, false].flatMap((log): OpCase[] => {
  const name = log ? ', logarithm' : '';
  return [
    {
      op: 'softmax',
      label: `last axis${name}`,
      attributes: { axis: 1, log },
      inputs: [[70, 10]],
      derivative: 'smooth',
    },
    { op: 'softmax', label: `channels${name}`, attributes: { axis: 1, log }, inputs: [LONG], derivative: 'smooth' },
    {
      op: 'softmax',
      label: `many classes${name}`,
      attributes: { axis: 1, log },
      inputs: [[2, 300, 2]],
      derivative: 'smooth',
    },
    {
      op: 'softmax',
      label: `large logits${name}`,
      attributes: { axis: 0, log },
      inputs: [numbers('float32', [3], [1000, 1001, 999])],
    },
  ];
});

const slice = (starts: number[], sizes: number[], steps: number[]): Attributes => ({ starts, sizes, steps });
const border = (mode: string, low: number[], high: number[], interior: number[], value = 0): Attributes => ({
  low,
  high,
  interior,
  mode,
  value,
});

const moves: OpCase[] = [
  {
    op: 'reshape',
    label: 'copies and the rest',
    attributes: { shape: [0, -1], allowZero: false },
    inputs: [LONG],
    derivative: 'linear',
  },
  {
    op: 'reshape',
    label: 'splits the first axis',
    attributes: { shape: [1, 2, 39, 17], allowZero: false },
    inputs: [LONG],
    derivative: 'linear',
  },
  {
    op: 'transpose',
    label: 'to channels last',
    attributes: { permutation: [0, 2, 3, 1] },
    inputs: [LONG],
    derivative: 'linear',
  },
  {
    op: 'transpose',
    label: 'channel shuffle',
    attributes: { permutation: [0, 2, 1, 3, 4] },
    inputs: [[2, 2, 3, 4, 5]],
    derivative: 'linear',
  },
  {
    op: 'transpose',
    label: 'six axes',
    attributes: { permutation: [5, 3, 1, 4, 2, 0] },
    inputs: [[2, 3, 2, 3, 2, 3]],
    derivative: 'linear',
  },
  { op: 'transpose', label: 'scalar', attributes: { permutation: [] }, inputs: [[]], derivative: 'linear' },
  {
    op: 'transpose',
    label: 'by hand',
    attributes: { permutation: [1, 0] },
    inputs: [numbers('float32', [2, 3], [1, 2, 3, 4, 5, 6])],
    expected: [1, 4, 2, 5, 3, 6],
  },
  {
    op: 'concat',
    label: 'channels',
    attributes: { axis: 1 },
    inputs: [LONG, [2, 1, 13, 17], [2, 4, 13, 17]],
    derivative: 'linear',
  },
  {
    op: 'concat',
    label: 'last axis',
    attributes: { axis: 1 },
    inputs: [
      [3, 2],
      [3, 5],
    ],
    derivative: 'linear',
  },
  {
    op: 'concat',
    label: 'an empty part',
    attributes: { axis: 0 },
    inputs: [
      [0, 2],
      [3, 2],
    ],
    derivative: 'linear',
    wrt: [1],
  },
  {
    op: 'concat',
    label: 'by hand',
    attributes: { axis: 1 },
    inputs: [numbers('float32', [2, 1], [1, 2]), numbers('float32', [2, 2], [3, 4, 5, 6])],
    expected: [1, 3, 4, 2, 5, 6],
  },
  {
    op: 'slice',
    label: 'a box',
    attributes: slice([0, 1, 2, 0], [-1, 2, 3, 4], [1, 1, 1, 1]),
    inputs: [LONG],
    derivative: 'linear',
  },
  {
    op: 'slice',
    label: 'with steps',
    attributes: slice([0, 0, 1, 0], [-1, 2, 3, -1], [1, 2, 2, 3]),
    inputs: [LONG],
    derivative: 'linear',
  },
  {
    op: 'slice',
    label: 'backwards',
    attributes: slice([1, 2, 6, 3], [-1, 2, 3, 2], [-1, -1, -2, -3]),
    inputs: [LONG],
    derivative: 'linear',
  },
  {
    op: 'slice',
    label: 'by hand',
    attributes: slice([4], [2], [-3]),
    inputs: [numbers('float32', [6], [0, 1, 2, 3, 4, 5])],
    expected: [4, 1],
  },
  {
    op: 'pad',
    label: 'around an image',
    attributes: border('constant', [0, 0, 1, 2], [0, 0, 3, 0], [0, 0, 0, 0]),
    inputs: [LONG],
    derivative: 'linear',
  },
  {
    op: 'pad',
    label: 'with a number',
    attributes: border('constant', [1, 0, 0, 2], [0, 0, 0, 0], [0, 0, 0, 0], -1.5),
    inputs: [LONG],
    derivative: 'linear',
  },
  {
    op: 'pad',
    label: 'with minus infinity',
    attributes: border('constant', [0, 1], [0, 1], [0, 0], -3.4028234663852886e38),
    inputs: [[2, 3]],
  },
  {
    op: 'pad',
    label: 'cuts',
    attributes: border('constant', [0, -1, 2, -1], [0, 0, -3, -2], [0, 0, 0, 0]),
    inputs: [LONG],
    derivative: 'linear',
  },
  {
    op: 'pad',
    label: 'between the elements',
    attributes: border('constant', [0, 0, 1, 0], [0, 0, 0, 2], [0, 0, 1, 2]),
    inputs: [LONG],
    derivative: 'linear',
  },
  {
    op: 'pad',
    label: 'reflect',
    attributes: border('reflect', [0, 0, 3, 2], [0, 0, 2, 4], [0, 0, 0, 0]),
    inputs: [LONG],
    derivative: 'linear',
  },
  {
    op: 'pad',
    label: 'reflect more than once',
    attributes: border('reflect', [0, 5], [0, 7], [0, 0]),
    inputs: [[2, 3]],
    derivative: 'linear',
  },
  {
    op: 'pad',
    label: 'edge',
    attributes: border('edge', [0, 1, 3, 2], [0, 0, 2, 1], [0, 0, 0, 0]),
    inputs: [LONG],
    derivative: 'linear',
  },
  {
    op: 'pad',
    label: 'edge and cut',
    attributes: border('edge', [-1, 2], [3, -1], [0, 0]),
    inputs: [[3, 4]],
    derivative: 'linear',
  },
  {
    op: 'pad',
    label: 'wrap',
    attributes: border('wrap', [0, 0, 3, 2], [0, 0, 2, 6], [0, 0, 0, 0]),
    inputs: [LONG],
    derivative: 'linear',
  },
  {
    op: 'pad',
    label: 'reflect by hand',
    attributes: border('reflect', [2], [1], [0]),
    inputs: [numbers('float32', [3], [1, 2, 3])],
    expected: [3, 2, 1, 2, 3, 2],
  },
  {
    op: 'pad',
    label: 'wrap by hand',
    attributes: border('wrap', [2], [1], [0]),
    inputs: [numbers('float32', [3], [1, 2, 3])],
    expected: [2, 3, 1, 2, 3, 1],
  },
  {
    op: 'pad',
    label: 'edge by hand',
    attributes: border('edge', [2], [1], [0]),
    inputs: [numbers('float32', [3], [1, 2, 3])],
    expected: [1, 1, 1, 2, 3, 3],
  },
  {
    op: 'pad',
    label: 'interior by hand',
    attributes: border('constant', [1], [-1], [1], 9),
    inputs: [numbers('float32', [3], [1, 2, 3])],
    expected: [9, 1, 9, 2, 9],
  },
  {
    op: 'expand',
    label: 'a new axis and an old one',
    attributes: { shape: [2, 3, 1, 5] },
    inputs: [[3, 4, 1]],
    derivative: 'linear',
  },
  { op: 'expand', label: 'only new axes', attributes: { shape: [4, 1, 1] }, inputs: [[3, 2]], derivative: 'linear' },
].map((move): OpCase => ({ ...move, exact: true }) as OpCase);

/** Arithmetic of shapes, on constants. */
const onConstants: OpCase[] = [
  {
    op: 'gather',
    label: 'rows, from the end too',
    attributes: { axis: 0 },
    inputs: [numbers('int64', [3, 2], [1, 2, 3, 4, 5, 6]), numbers('int64', [2], [-1, 0])],
    expected: [5, 6, 1, 2],
  },
  {
    op: 'gather',
    label: 'one column',
    attributes: { axis: 1 },
    inputs: [numbers('int64', [3, 2], [1, 2, 3, 4, 5, 6]), numbers('int64', [], [1])],
    expected: [2, 4, 6],
  },
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
  {
    op: 'where',
    label: 'broadcasting',
    inputs: [numbers('bool', [2, 1], [1, 0]), numbers('int64', [2], [1, 2]), numbers('int64', [], [9])],
    expected: [1, 2, 9, 9],
  },
  ...(
    [
      ['equal', [0, 1, 0]],
      ['less', [1, 0, 0]],
      ['less-or-equal', [1, 1, 0]],
      ['greater', [0, 0, 1]],
      ['greater-or-equal', [0, 1, 1]],
    ] as const
  ).map(([op, expected]): OpCase => ({
    op,
    label: 'to 2',
    inputs: [numbers('int64', [3], [1, 2, 3]), numbers('int64', [], [2])],
    expected,
  })),
  {
    op: 'and',
    label: 'all pairs',
    inputs: [numbers('bool', [2, 1], [0, 1]), numbers('bool', [2], [0, 1])],
    expected: [0, 0, 0, 1],
  },
  {
    op: 'or',
    label: 'all pairs',
    inputs: [numbers('bool', [2, 1], [0, 1]), numbers('bool', [2], [0, 1])],
    expected: [0, 1, 1, 1],
  },
  { op: 'not', label: 'both', inputs: [numbers('bool', [2], [0, 1])], expected: [1, 0] },
];

export const casesB: readonly OpCase[] = [
  ...unary,
  ...reluGrad,
  ...binary,
  ...reductions,
  ...softmaxes,
  ...moves,
  ...onConstants,
  ...casesOfWindows,
];

const NINE = [1, 1, 1, 1, 1, 1, 1, 1, 2];

export const errorsB: readonly ErrorCase[] = [
  ...errorsOfWindows,
  ...['add', 'sub', 'mul', 'div', 'pow', 'max', 'min', 'equal'].map((op): ErrorCase => ({
    op,
    label: 'no broadcast',
    inputs: [[2, 3], [2]],
  })),
  { op: 'add', label: 'too many axes', inputs: [NINE, [1]] },
  { op: 'prelu', label: 'no broadcast', inputs: [[2, 3], [2]] },
  {
    op: 'prelu',
    label: 'a larger slope',
    inputs: [
      [1, 3],
      [2, 1],
    ],
  },
  { op: 'where', label: 'no broadcast', inputs: [[2], [3], [3]] },
  { op: 'relu-grad', label: 'another shape', attributes: { rule: 'gradient', lo: 0, hi: 1 }, inputs: [[2], [3]] },
  { op: 'reduce', label: 'no such axis', attributes: mean([2], true), inputs: [[2, 3]] },
  { op: 'reduce', label: 'an axis twice', attributes: mean([1, 1], true), inputs: [[2, 3]] },
  { op: 'reduce', label: 'too many axes', attributes: mean([1], true), inputs: [NINE] },
  { op: 'softmax', label: 'no such axis', attributes: { axis: 2, log: false }, inputs: [[2, 3]] },
  {
    op: 'reshape',
    label: 'another number of elements',
    attributes: { shape: [2, 4], allowZero: false },
    inputs: [[2, 3]],
  },
  {
    op: 'reshape',
    label: 'the rest is no integer',
    attributes: { shape: [4, -1], allowZero: false },
    inputs: [[2, 3]],
  },
  { op: 'reshape', label: 'two rests', attributes: { shape: [-1, -1], allowZero: false }, inputs: [[2, 3]] },
  {
    op: 'reshape',
    label: 'copies an axis that is not there',
    attributes: { shape: [2, 3, 0], allowZero: false },
    inputs: [[2, 3]],
  },
  { op: 'transpose', label: 'an axis twice', attributes: { permutation: [0, 0] }, inputs: [[2, 3]] },
  { op: 'transpose', label: 'too many axes', attributes: { permutation: [0, 1, 2, 3, 4, 5, 6, 7, 8] }, inputs: [NINE] },
  { op: 'concat', label: 'another rank', attributes: { axis: 0 }, inputs: [[2, 3], [2]] },
  {
    op: 'concat',
    label: 'another size',
    attributes: { axis: 0 },
    inputs: [
      [2, 3],
      [2, 4],
    ],
  },
  {
    op: 'concat',
    label: 'no such axis',
    attributes: { axis: 2 },
    inputs: [
      [2, 3],
      [2, 3],
    ],
  },
  { op: 'concat', label: 'too many axes', attributes: { axis: 2 }, inputs: [NINE, NINE] },
  { op: 'slice', label: 'beyond the end', attributes: slice([2], [2], [1]), inputs: [[3]] },
  { op: 'slice', label: 'before the start', attributes: slice([1], [3], [-1]), inputs: [[3]] },
  { op: 'slice', label: 'another rank', attributes: slice([0], [-1], [1]), inputs: [[3, 2]] },
  { op: 'slice', label: 'no step', attributes: slice([0], [2], [0]), inputs: [[3]] },
  { op: 'pad', label: 'cuts more than there is', attributes: border('constant', [-2], [-2], [0]), inputs: [[3]] },
  { op: 'pad', label: 'another rank', attributes: border('constant', [1], [1], [0]), inputs: [[3, 2]] },
  { op: 'pad', label: 'reflections between the elements', attributes: border('reflect', [0], [0], [1]), inputs: [[3]] },
  { op: 'expand', label: 'no broadcast', attributes: { shape: [2] }, inputs: [[3]] },
  { op: 'gather', label: 'no such axis', attributes: { axis: 1 }, inputs: [[3], [1]] },
];
