import { STRONGEST_PLACE } from '../../../src/ops/paint/one-hot.ts';
import type { Shape } from '../../../src/tensor/shape.ts';
import { numbers, type ErrorCase, type OpCase, type Operand } from '../harness.ts';

/** Whole numbers of both signs: ties, and shares of a range that round the same in any precision. */
const wholes =
  (shape: Shape): Operand =>
  (random) =>
    random.tensor(shape, () => Math.round(3 * random.normal()));

/** Colours that tell their places. */
const palette = (size: number): Operand =>
  numbers(
    'uint32',
    [size],
    Array.from({ length: size }, (_, i) => 0xff000000 + i * 0x010305),
  );

/** Extents of channels whose numbers are within ±12. */
const ranges = (rows: number): Operand =>
  numbers('float32', [rows, 3], Array.from({ length: rows }, (_, i) => [-1 - (i % 4), 2 + (i % 3), i % 2]).flat());

const unit = (channel: number, place: number): Operand => numbers('uint32', [2], [channel, place]);

export const cases: readonly OpCase[] = [
  { op: 'min-max', label: 'maps', attributes: { each: 'channel' }, inputs: [[1, 5, 9, 11]], exact: true },
  { op: 'min-max', label: 'ties', attributes: { each: 'channel' }, inputs: [wholes([1, 7, 12, 13])], exact: true },
  { op: 'min-max', label: 'codes', attributes: { each: 'channel' }, inputs: [[1, 70]], exact: true },
  { op: 'min-max', label: 'of all', attributes: { each: 'tensor' }, inputs: [[3, 4, 25]], exact: true },
  {
    op: 'min-max',
    label: 'what is not finite is left out',
    attributes: { each: 'channel' },
    inputs: [numbers('float32', [1, 2, 4], [NaN, 2, -3, Infinity, -Infinity, -1, NaN, -1])],
    expected: [-3, 2, 1, -1, -1, 1],
    exact: true,
  },
  ...(['tile', 'layer'] as const).flatMap((scale) =>
    [false, true].map((symmetric): OpCase => ({
      op: 'mosaic',
      label: `scale of the ${scale}${symmetric ? ', symmetric' : ''}`,
      attributes: { columns: 3, symmetric },
      inputs: [wholes([1, 7, 5, 4]), ranges(scale === 'tile' ? 7 : 1), palette(16)],
    })),
  ),
  {
    op: 'mosaic',
    label: 'one channel',
    attributes: { columns: 1, symmetric: false },
    inputs: [wholes([1, 1, 6, 70]), ranges(1), palette(256)],
  },
  {
    op: 'mosaic',
    label: 'without a width',
    attributes: { columns: 4, symmetric: false },
    inputs: [wholes([1, 4, 6]), ranges(4), palette(16)],
  },
  {
    op: 'mosaic',
    label: 'a constant channel',
    attributes: { columns: 1, symmetric: false },
    inputs: [
      numbers('float32', [1, 1, 1, 2], [3, 3]),
      numbers('float32', [1, 3], [3, 3, 0]),
      numbers('uint32', [3], [7, 8, 9]),
    ],
    expected: [8, 8, ...Array.from({ length: 62 }, () => 0)],
  },
  {
    op: 'mosaic',
    label: 'what is not finite is transparent',
    attributes: { columns: 2, symmetric: false },
    inputs: [
      numbers('float32', [1, 2, 1, 3], [0, NaN, 2, Infinity, 1, -Infinity]),
      numbers('float32', [1, 3], [0, 2, 0]),
      numbers('uint32', [3], [7, 8, 9]),
    ],
    expected: [7, 0, 9, 0, 0, 8, ...Array.from({ length: 58 }, () => 0)],
  },
  { op: 'channel', label: 'of maps', inputs: [[1, 5, 9, 11], numbers('uint32', [1], [3])], exact: true },
  { op: 'channel', label: 'of codes', inputs: [[1, 5], numbers('uint32', [1], [4])], exact: true },
  {
    op: 'one-hot',
    label: 'a place',
    attributes: { shape: [1, 3, 4, 5] },
    inputs: [ranges(3), unit(2, 7)],
    exact: true,
  },
  {
    op: 'one-hot',
    label: 'where it is strongest',
    attributes: { shape: [1, 3, 2] },
    inputs: [ranges(3), unit(1, STRONGEST_PLACE)],
    expected: [0, 0, 0, 1, 0, 0],
    exact: true,
  },
];

export const errors: readonly ErrorCase[] = [
  { op: 'min-max', label: 'of two images', attributes: { each: 'channel' }, inputs: [[2, 3, 4, 4]] },
  { op: 'mosaic', label: 'of codes', attributes: { columns: 1, symmetric: false }, inputs: [[1, 3], [3, 3], [16]] },
  {
    op: 'mosaic',
    label: 'other extents',
    attributes: { columns: 1, symmetric: false },
    inputs: [[1, 3, 4, 4], [2, 3], [16]],
  },
  { op: 'channel', label: 'of two images', inputs: [[2, 3, 4, 4], [1]] },
  { op: 'one-hot', label: 'other extents', attributes: { shape: [1, 3, 4, 4] }, inputs: [[2, 3], [2]] },
];
