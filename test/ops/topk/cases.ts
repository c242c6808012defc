import type { Shape } from '../../../src/tensor/shape.ts';
import { tensor, type Tensor } from '../../../src/tensor/tensor.ts';
import type { Random } from '../../support/random.ts';
import { numbers, positive, type ErrorCase, type OpCase, type Operand } from '../harness.ts';

const NO_IMAGE = 0xffffffff;
const FREE = -3.4028234663852886e38;

/** Few different numbers, most of them 0: ties everywhere. */
const ties =
  (shape: Shape): Operand =>
  (random) =>
    random.tensor(shape, () => Math.max(Math.round(2 * random.normal()), 0));

/** Images from number 40 on; those beyond `count` do not count. */
const images = (n: number, count = n): Operand =>
  numbers(
    'uint32',
    [n],
    Array.from({ length: n }, (_, i) => (i < count ? 40 + i : NO_IMAGE)),
  );

/** Lists [c, k] of which the last `free` entries are free, and their places. */
function lists(c: number, k: number, free = 0): readonly Operand[] {
  const sorted = (random: Random): Tensor => {
    const rows = Array.from({ length: c }, () => {
      const row = Array.from({ length: k }, (_, i) => (i < k - free ? Math.round(2 * random.normal()) : FREE));
      return row.sort((a, b) => b - a);
    });
    return tensor('float32', [c, k], rows.flat());
  };
  const places = (): Tensor =>
    tensor(
      'uint32',
      [c, k, 2],
      Array.from({ length: c * k * 2 }, (_, i) => (Math.floor(i / 2) % k < k - free ? i % 37 : NO_IMAGE)),
    );
  return [sorted, places];
}

const uses: readonly (readonly [label: string, inputs: readonly Operand[]])[] = [
  ['maps', [[3, 5, 6, 7], images(3), ...lists(5, 4)]],
  ['ties', [ties([3, 5, 6, 7]), images(3), ...lists(5, 4)]],
  ['free entries, more than there are units', [ties([2, 3, 1, 2]), images(2), ...lists(3, 9, 9)]],
  ['more units than invocations', [ties([2, 2, 11, 13]), images(2), ...lists(2, 5, 2)]],
  ['a part of a batch', [[4, 3, 5, 5], images(4, 2), ...lists(3, 3, 3)]],
  ['codes', [[6, 70], images(6), ...lists(70, 3, 1)]],
  ['one entry', [ties([2, 3, 4, 4]), images(2), ...lists(3, 1)]],
];

const merges: readonly OpCase[] = [
  ...(['image', 'unit'] as const).flatMap((each) =>
    uses.map(([label, inputs]): OpCase => ({
      op: 'top-k-merge',
      label: `${label}, each ${each}`,
      attributes: { each },
      inputs,
      outputs: 2,
      exact: true,
    })),
  ),
  {
    op: 'top-k-merge',
    label: 'one of each image',
    attributes: { each: 'image' },
    inputs: [
      numbers('float32', [2, 1, 1, 3], [1, 5, 5, 7, 2, 3]),
      numbers('uint32', [2], [8, 9]),
      numbers('float32', [1, 4], [6, 5, 2, FREE]),
      numbers('uint32', [1, 4, 2], [1, 1, 2, 2, 3, 3, NO_IMAGE, NO_IMAGE]),
    ],
    outputs: 2,
    exact: true,
    expected: [7, 6, 5, 5],
  },
  {
    op: 'top-k-merge',
    label: 'any unit',
    attributes: { each: 'unit' },
    inputs: [
      numbers('float32', [2, 1, 1, 3], [1, 5, 5, 7, 2, 3]),
      numbers('uint32', [2], [8, 9]),
      numbers('float32', [1, 6], [6, 5, 2, FREE, FREE, FREE]),
      numbers('uint32', [1, 6, 2], [1, 1, 2, 2, 3, 3, ...Array.from({ length: 6 }, () => NO_IMAGE)]),
    ],
    outputs: 2,
    exact: true,
    expected: [7, 6, 5, 5, 5, 3],
  },
];

/** Many more numbers than a workgroup has invocations. */
const MANY = [3, 7, 40];

const orderStatistics: readonly OpCase[] = [
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
];

export const cases: readonly OpCase[] = [...merges, ...orderStatistics];

export const errors: readonly ErrorCase[] = [
  {
    op: 'top-k-merge',
    label: 'lists of other channels',
    attributes: { each: 'image' },
    inputs: [[2, 3, 4, 4], [2], [4, 5], [4, 5, 2]],
  },
  {
    op: 'top-k-merge',
    label: 'numbers of other images',
    attributes: { each: 'image' },
    inputs: [[2, 3, 4, 4], [3], [3, 5], [3, 5, 2]],
  },
  { op: 'order-statistic', label: 'beyond the last', attributes: { rank: 21 }, inputs: [[3, 7]] },
];
