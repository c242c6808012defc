import type { Attributes } from '../../../src/ir/graph.ts';
import { numbers, type ErrorCase, type OpCase } from '../harness.ts';
import { LONG, NINE_AXES } from '../common-shapes.ts';

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

const rolls: readonly OpCase[] = [
  [0, 0],
  [3, -5],
  [-20, 33],
].map(([down, right]): OpCase => ({
  op: 'roll',
  label: `${String(down)} down, ${String(right)} right`,
  inputs: [[2, 3, 9, 14], numbers('float32', [1], [down!]), numbers('float32', [1], [right!])],
  derivative: 'linear',
  wrt: [0],
  exact: true,
}));

/** Arithmetic of shapes, on constants. */
const gathers: readonly OpCase[] = [
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
];

export const cases: readonly OpCase[] = [...moves, ...rolls, ...gathers];

export const errors: readonly ErrorCase[] = [
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
  {
    op: 'transpose',
    label: 'too many axes',
    attributes: { permutation: [0, 1, 2, 3, 4, 5, 6, 7, 8] },
    inputs: [NINE_AXES],
  },
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
  { op: 'concat', label: 'too many axes', attributes: { axis: 2 }, inputs: [NINE_AXES, NINE_AXES] },
  { op: 'slice', label: 'beyond the end', attributes: slice([2], [2], [1]), inputs: [[3]] },
  { op: 'slice', label: 'before the start', attributes: slice([1], [3], [-1]), inputs: [[3]] },
  { op: 'slice', label: 'another rank', attributes: slice([0], [-1], [1]), inputs: [[3, 2]] },
  { op: 'slice', label: 'no step', attributes: slice([0], [2], [0]), inputs: [[3]] },
  { op: 'pad', label: 'cuts more than there is', attributes: border('constant', [-2], [-2], [0]), inputs: [[3]] },
  { op: 'pad', label: 'another rank', attributes: border('constant', [1], [1], [0]), inputs: [[3, 2]] },
  { op: 'pad', label: 'reflections between the elements', attributes: border('reflect', [0], [0], [1]), inputs: [[3]] },
  { op: 'expand', label: 'no broadcast', attributes: { shape: [2] }, inputs: [[3]] },
  { op: 'gather', label: 'no such axis', attributes: { axis: 1 }, inputs: [[3], [1]] },
  { op: 'roll', label: 'a place', inputs: [[2, 3, 9, 14], [2], [1]] },
];
