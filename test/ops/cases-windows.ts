import type { Attributes } from '../../src/ir/graph.ts';
import { numbers, type ErrorCase, type OpCase } from './harness.ts';

/** Two images; their windows lie at (1, 0) and (0, 2), their parts at (2, 1) and (0, 3). */
const places = numbers('uint32', [2, 2, 2], [1, 0, 2, 1, 0, 2, 0, 3]);

function part(size: readonly [number, number], attributes: Attributes = {}): Attributes {
  return { size, to: 1, stride: [1, 1], before: [0, 0], from: 0, fill: 0, ...attributes };
}

/** Each reads a map of 5×6. */
export const casesOfWindows: readonly OpCase[] = [
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

export const errorsOfWindows: readonly ErrorCase[] = (
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
