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
    op: 'draw',
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
  { op: 'redirected-relu', label: 'mixed signs', inputs: [awayFrom([2, 3, 7, 5], [0])], derivative: 'smooth' },
];

export const errorsOfImages: readonly ErrorCase[] = [
  { op: 'affine', label: 'a matrix of six numbers', inputs: [[2, 3, 9, 14], [6]] },
  { op: 'affine-grad', label: 'no image', inputs: [[9, 14], [4]] },
  { op: 'roll', label: 'a place', inputs: [[2, 3, 9, 14], [2], [1]] },
  { op: 'draw', label: 'no rows', attributes: { seed: 1, stream: 0 }, inputs: [[], [0, 4]] },
  { op: 'order-statistic', label: 'beyond the last', attributes: { rank: 21 }, inputs: [[3, 7]] },
];
