import { awayFrom, numbers, positive, type ErrorCase, type OpCase } from './harness.ts';

/** Row by row: down, right. */
const MAPS: Readonly<Record<string, readonly [number, number, number, number]>> = {
  identity: [1, 0, 0, 1],
  'turned by 10°': [Math.cos(0.1745), Math.sin(0.1745), -Math.sin(0.1745), Math.cos(0.1745)],
  'turned by 100°': [Math.cos(1.745), Math.sin(1.745), -Math.sin(1.745), Math.cos(1.745)],
  larger: [0.7, 0, 0, 0.7],
  'much smaller': [2.6, 0, 0, 2.6],
  sheared: [1.1, 0.4, -0.3, 0.8],
};

/** Tables [m, taps] of resampling: from how many numbers, first neighbours, weights. */
const TABLES: readonly (readonly [string, number, readonly number[], readonly number[]])[] = [
  ['twice as many, the nearest', 3, [0, 0, 1, 1, 2, 2], [1, 1, 1, 1, 1, 1]],
  ['a few from two neighbours', 5, [0, 3, 3], [0.75, 0.25, 0.5, 0.5, -1, 2]],
  ['not in order, some left out', 4, [2, 0, 2, 2, 0], [1, 2, 3, 4, 5, 0, 7, 8, 0, 10]],
  ['all to one', 4, [0], [0.25, -0.5, 0.125, 2]],
];

const resamplings: OpCase[] = TABLES.flatMap(([label, size, first, weights]) =>
  [0, 1, 2].map((axis): OpCase => ({
    op: 'resample',
    label: `${label}, axis ${String(axis)}`,
    attributes: { axis, size },
    inputs: [
      [2, 3, 137].with(axis, size),
      numbers('uint32', [first.length], first),
      numbers('float32', [first.length, weights.length / first.length], weights),
    ],
    constants: [1, 2],
    derivative: 'linear',
    wrt: [0],
  })),
);

/** Many more numbers than a workgroup has invocations. */
const MANY = [3, 7, 40];

export const casesOfImages: readonly OpCase[] = [
  ...Object.entries(MAPS).flatMap(([label, matrix]): OpCase[] => {
    const inputs = [[2, 3, 9, 14], numbers('float32', [4], matrix)];
    return [
      { op: 'affine', label, inputs, derivative: 'linear', wrt: [0] },
      { op: 'affine-grad', label, inputs },
    ];
  }),
  ...[
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
  })),
  ...[0, 1, 2, 77, 4095].map((step): OpCase => ({
    op: 'random-choice',
    label: `step ${String(step)}`,
    attributes: { seed: 2 ** 32 - 5, stream: step % 3 },
    inputs: [numbers('float32', [], [step]), [61, 4]],
    exact: true,
  })),
  ...[0, 1, 419, 420, 839].map((rank): OpCase => ({
    op: 'order-statistic',
    label: `place ${String(rank)}`,
    attributes: { rank },
    inputs: [positive(MANY)],
    exact: true,
  })),
  {
    op: 'order-statistic',
    label: 'ties and zeros',
    attributes: { rank: 3 },
    inputs: [numbers('float32', [6], [2, 0, 1, 1, 0, 5])],
    exact: true,
    expected: [1],
  },
  ...resamplings,
  {
    op: 'resample',
    label: 'by hand',
    attributes: { axis: 1, size: 3 },
    inputs: [
      numbers('float32', [2, 3], [1, 2, 3, 10, 20, 30]),
      numbers('uint32', [2], [1, 0]),
      numbers('float32', [2, 2], [0.5, 0.5, 1, -1]),
    ],
    constants: [1, 2],
    expected: [2.5, -1, 25, -10],
  },
  { op: 'redirected-relu', label: 'mixed signs', inputs: [awayFrom([2, 3, 7, 5], [0])], derivative: 'smooth' },
];

export const errorsOfImages: readonly ErrorCase[] = [
  { op: 'affine', label: 'a matrix of six numbers', inputs: [[2, 3, 9, 14], [6]] },
  { op: 'affine-grad', label: 'no image', inputs: [[9, 14], [4]] },
  { op: 'resample', label: 'another size', attributes: { axis: 1, size: 4 }, inputs: [[2, 3], [6], [6, 2]] },
  { op: 'resample', label: 'no such axis', attributes: { axis: 2, size: 3 }, inputs: [[2, 3], [6], [6, 2]] },
  { op: 'resample', label: 'weights of other rows', attributes: { axis: 1, size: 3 }, inputs: [[2, 3], [6], [5, 2]] },
  { op: 'roll', label: 'a place', inputs: [[2, 3, 9, 14], [2], [1]] },
  { op: 'random-choice', label: 'no rows', attributes: { seed: 1, stream: 0 }, inputs: [[], [0, 4]] },
  { op: 'order-statistic', label: 'beyond the last', attributes: { rank: 21 }, inputs: [[3, 7]] },
];
