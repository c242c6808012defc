import type { Attributes } from '../../../src/ir/graph.ts';
import { numbers, type ErrorCase, type OpCase } from '../harness.ts';

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

/** Two images; their windows lie at (1, 0) and (0, 2), their parts at (2, 1) and (0, 3). */
const places = numbers('uint32', [2, 2, 2], [1, 0, 2, 1, 0, 2, 0, 3]);

function part(size: readonly [number, number], attributes: Attributes = {}): Attributes {
  return { size, to: 1, stride: [1, 1], before: [0, 0], from: 0, fill: 0, ...attributes };
}

/** Each reads a map of 5×6. */
const windows: readonly OpCase[] = [
  ...(
    [
      ['beside and under the window', part([3, 3])],
      ['one column', part([4, 1])],
      ['beyond the border', part([5, 7], { before: [2, 3], fill: -2 })],
      ['in strides', part([2, 2], { stride: [2, 1], before: [1, 0] })],
      ['the whole map', part([5, 6], { to: -1 })],
    ] as const
  ).map(([label, attributes]): OpCase => ({
    op: 'read-window',
    label,
    attributes,
    inputs: [places, [1, 3, 5, 6], [2, 3, 3, 2]],
    exact: true,
  })),
  {
    op: 'read-window',
    label: 'a map without windows',
    attributes: part([2, 5], { from: -1 }),
    inputs: [places, [1, 3, 5, 6]],
    exact: true,
  },
  {
    op: 'read-window',
    label: 'by hand',
    attributes: part([2, 3], { before: [1, 1], fill: 9 }),
    inputs: [
      numbers('uint32', [1, 2, 2], [0, 1, 0, 1]),
      numbers('float32', [1, 1, 2, 3], [1, 2, 3, 4, 5, 6]),
      numbers('float32', [1, 1, 1, 1], [7]),
    ],
    expected: [9, 9, 9, 1, 7, 3],
  },
];

export const cases: readonly OpCase[] = [
  ...Object.entries(MAPS).flatMap(([label, matrix]): OpCase[] => {
    const inputs = [[2, 3, 9, 14], numbers('float32', [4], matrix)];
    return [
      { op: 'affine', label, inputs, derivative: 'linear', wrt: [0] },
      { op: 'affine-grad', label, inputs },
    ];
  }),
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
  ...windows,
];

const errorsOfWindows: readonly ErrorCase[] = (
  [
    [
      'places without a column',
      part([2, 2]),
      [
        [2, 2],
        [1, 3, 5, 6],
      ],
    ],
    [
      'places of one axis',
      part([2, 2]),
      [
        [2, 2, 1],
        [1, 3, 5, 6],
      ],
    ],
    [
      'no such column',
      part([2, 2], { to: 2 }),
      [
        [2, 2, 2],
        [1, 3, 5, 6],
      ],
    ],
    [
      'several maps',
      part([2, 2]),
      [
        [2, 2, 2],
        [2, 3, 5, 6],
      ],
    ],
    [
      'too few windows',
      part([2, 2]),
      [
        [2, 2, 2],
        [1, 3, 5, 6],
        [1, 3, 2, 2],
      ],
    ],
    [
      'windows of other channels',
      part([2, 2]),
      [
        [2, 2, 2],
        [1, 3, 5, 6],
        [2, 2, 2, 2],
      ],
    ],
  ] as const
).map(([label, attributes, inputs]) => ({ op: 'read-window', label, attributes, inputs }));

export const errors: readonly ErrorCase[] = [
  { op: 'affine', label: 'a matrix of six numbers', inputs: [[2, 3, 9, 14], [6]] },
  { op: 'affine-grad', label: 'no image', inputs: [[9, 14], [4]] },
  { op: 'resample', label: 'another size', attributes: { axis: 1, size: 4 }, inputs: [[2, 3], [6], [6, 2]] },
  { op: 'resample', label: 'no such axis', attributes: { axis: 2, size: 3 }, inputs: [[2, 3], [6], [6, 2]] },
  { op: 'resample', label: 'weights of other rows', attributes: { axis: 1, size: 3 }, inputs: [[2, 3], [6], [5, 2]] },
  ...errorsOfWindows,
];
