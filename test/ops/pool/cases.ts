import { evaluate } from '../../../src/graph/evaluate.ts';
import type { Attributes } from '../../../src/ir/graph.ts';
import type { Shape } from '../../../src/tensor/shape.ts';
import { NOWHERE } from '../../../src/ops/pool/switches.ts';
import { tensor, type Tensor } from '../../../src/tensor/tensor.ts';
import { graphBuilder } from '../../support/ops.ts';
import type { Random } from '../../support/random.ts';
import { numbers, type ErrorCase, type OpCase } from '../harness.ts';

type Pair = readonly [number, number];

interface Pool {
  readonly kernel: Pair;
  readonly strides?: Pair;
  readonly pads?: readonly [number, number, number, number];
  readonly dilations?: Pair;
  readonly autoPad?: string;
  readonly ceilMode?: boolean;
}

function pool(windows: Pool): Attributes {
  const plain = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], autoPad: 'NOTSET', ceilMode: false };
  return { ...plain, ...windows };
}

const geometries: readonly (readonly [label: string, x: Shape, attributes: Attributes])[] = [
  ['2×2, stride 2', [2, 3, 8, 6], pool({ kernel: [2, 2], strides: [2, 2] })],
  ['3×3, stride 2: overlapping', [2, 3, 9, 11], pool({ kernel: [3, 3], strides: [2, 2] })],
  ['3×3, stride 2, padded', [1, 2, 8, 9], pool({ kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] })],
  ['3×3, uneven pads', [1, 2, 6, 7], pool({ kernel: [3, 3], strides: [2, 2], pads: [0, 0, 1, 1] })],
  ['ceil: last window hangs over', [1, 2, 8, 6], pool({ kernel: [3, 3], strides: [2, 2], ceilMode: true })],
  [
    'ceil: last window would start in the padding',
    [1, 2, 5, 5],
    pool({ kernel: [2, 2], strides: [3, 3], pads: [1, 1, 1, 1], ceilMode: true }),
  ],
  ['dilation 2', [1, 2, 9, 8], pool({ kernel: [3, 2], dilations: [2, 3], pads: [1, 0, 1, 0] })],
  ['stride 3, dilation 2', [1, 2, 11, 9], pool({ kernel: [2, 3], strides: [3, 3], dilations: [2, 2] })],
  ['stride larger than kernel', [1, 2, 9, 10], pool({ kernel: [2, 2], strides: [3, 4] })],
  ['1×10', [1, 2, 3, 21], pool({ kernel: [1, 10], strides: [1, 3] })],
  [
    '4×5, padded, dilation 2, ceil',
    [2, 2, 13, 14],
    pool({ kernel: [4, 5], strides: [3, 2], dilations: [2, 1], pads: [2, 2, 1, 2], ceilMode: true }),
  ],
  ['5×3, padded', [1, 3, 8, 9], pool({ kernel: [5, 3], strides: [1, 2], pads: [2, 1, 2, 1] })],
  ['SAME_UPPER', [1, 2, 7, 8], pool({ kernel: [3, 2], strides: [2, 2], autoPad: 'SAME_UPPER' })],
  ['SAME_LOWER', [1, 2, 7, 8], pool({ kernel: [2, 3], strides: [2, 3], autoPad: 'SAME_LOWER' })],
];

const WHOLE = { ...pool({ kernel: [1, 1] }), global: true };

/** Mostly zeros, as after a ReLU: ties in nearly every window, and windows of nothing but zeros. */
const sparse =
  (shape: Shape) =>
  (random: Random): Tensor =>
    random.tensor(shape, () => Math.max(random.normal() - 1, 0));

const maxPools: readonly OpCase[] = [
  ...geometries.flatMap(([label, x, windows]): OpCase[] => {
    const attributes = { ...windows, global: false };
    return [
      { op: 'max-pool', label, attributes, inputs: [x], derivative: 'smooth', exact: true },
      { op: 'max-pool', label: `${label}, switches`, attributes, inputs: [x], outputs: 2, exact: true },
      { op: 'max-pool', label: `${label}, ties`, attributes, inputs: [sparse(x)], outputs: 2, exact: true },
    ];
  }),
  { op: 'max-pool', label: 'global', attributes: WHOLE, inputs: [[2, 3, 5, 12]], derivative: 'smooth', exact: true },
  { op: 'max-pool', label: 'global, switches', attributes: WHOLE, inputs: [[2, 3, 5, 4]], outputs: 2, exact: true },
  {
    op: 'max-pool',
    label: 'padding never wins',
    attributes: { ...pool({ kernel: [2, 2], strides: [2, 2], pads: [1, 1, 1, 1] }), global: false },
    inputs: [numbers('float32', [1, 1, 2, 2], [-1, -2, -3, -4])],
    outputs: 2,
    exact: true,
    expected: [-1, -2, -3, -4],
  },
  {
    op: 'max-pool',
    label: 'a window in the padding',
    attributes: { ...pool({ kernel: [2, 2], strides: [2, 2], pads: [2, 0, 0, 0] }), global: false },
    inputs: [numbers('float32', [1, 1, 2, 2], [1, 2, 3, 4])],
    outputs: 2,
    exact: true,
    expected: [-3.4028234663852886e38, 4],
  },
  {
    op: 'max-pool',
    label: 'a large window in the padding',
    attributes: { ...pool({ kernel: [4, 3], strides: [4, 1], pads: [4, 1, 2, 0] }), global: false },
    inputs: [numbers('float32', [1, 1, 2, 2], [1, 2, 3, 4])],
    outputs: 2,
    exact: true,
    expected: [-3.4028234663852886e38, 4],
  },
  {
    op: 'max-pool',
    label: 'zeros of both signs are equal: the first wins',
    attributes: { ...pool({ kernel: [1, 2], strides: [1, 2] }), global: false },
    inputs: [numbers('float32', [1, 1, 1, 8], [-0, 0, 0, -0, -1, -0, -0, -0])],
    outputs: 2,
    exact: true,
    expected: [0, 0, 0, 0],
  },
];

/** The switches that a max-pool records for an image with ties. */
const switchesOf =
  (x: Shape, attributes: Attributes) =>
  (random: Random): Tensor => {
    const builder = graphBuilder();
    const image = builder.input('x', 'float32', x);
    const outputs = builder.addAll('max-pool', [image], attributes, { outputs: ['y', 'switches'] });
    const { shape, data } = evaluate(builder.build('pool', outputs), { x: sparse(x)(random) })['switches']!;
    return tensor('uint32', shape, data);
  };

/** The shape that a pool makes. */
function pooled(op: string, x: Shape, attributes: Attributes): Shape {
  const builder = graphBuilder();
  return builder.value(builder.add(op, [builder.input('x', 'float32', x)], attributes)).shape;
}

const maxUnpools: readonly OpCase[] = [
  ...geometries.flatMap(([label, x, windows]) =>
    ['accumulate', 'overwrite'].map((overlap): OpCase => {
      const forward = { ...windows, global: false };
      return {
        op: 'max-unpool',
        label: `${label}, ${overlap}`,
        attributes: { ...windows, outputShape: x, overlap },
        inputs: [pooled('max-pool', x, forward), switchesOf(x, forward)],
      };
    }),
  ),
  // Windows 0…2 and 2…4 share the maximum at 2.
  ...(['accumulate', 'overwrite'] as const).map((overlap) => ({
    op: 'max-unpool',
    label: `shared maximum, ${overlap}`,
    attributes: { ...pool({ kernel: [1, 3], strides: [1, 2] }), outputShape: [1, 1, 1, 5], overlap },
    inputs: [numbers('float32', [1, 1, 1, 2], [10, 7]), numbers('uint32', [1, 1, 1, 2], [2, 2])],
    exact: true,
    expected: [0, 0, overlap === 'accumulate' ? 17 : 7, 0, 0],
  })),
  ...(['accumulate', 'overwrite'] as const).map((overlap) => ({
    op: 'max-unpool',
    label: `a window in the padding, ${overlap}`,
    attributes: {
      ...pool({ kernel: [2, 2], strides: [2, 2], pads: [2, 0, 0, 0] }),
      outputShape: [1, 1, 2, 2],
      overlap,
    },
    inputs: [numbers('float32', [1, 1, 2, 1], [10, 7]), numbers('uint32', [1, 1, 2, 1], [NOWHERE, 3])],
    exact: true,
    expected: [0, 0, 0, 7],
  })),
];

const averagePools: readonly OpCase[] = [
  ...geometries.flatMap(([label, x, windows]) =>
    [false, true].flatMap((countIncludePad): OpCase[] => {
      const attributes = { ...windows, countIncludePad };
      const full = countIncludePad ? `${label}, padding counts` : label;
      const dy = pooled('average-pool', x, attributes);
      const backward = { ...attributes, inputShape: x };
      return [
        { op: 'average-pool', label: full, attributes, inputs: [x], derivative: 'linear' },
        { op: 'average-pool-grad', label: full, attributes: backward, inputs: [dy], derivative: 'linear' },
      ];
    }),
  ),
  {
    op: 'average-pool',
    label: 'divisors, padding counts: 4 taps, 2 hang over the padded end, 1 in the corner',
    attributes: {
      ...pool({ kernel: [2, 2], strides: [2, 2], pads: [0, 0, 1, 1], ceilMode: true }),
      countIncludePad: true,
    },
    inputs: [numbers('float32', [1, 1, 4, 4], new Array<number>(16).fill(1))],
    expected: [1, 1, 1, 1],
  },
  {
    op: 'average-pool',
    label: 'divisors in ceil mode, padding counts',
    attributes: {
      ...pool({ kernel: [1, 3], strides: [1, 2], pads: [0, 1, 0, 1], ceilMode: true }),
      countIncludePad: true,
    },
    // Padded: 0 1 1 1 1 0; the third window has 1, 0 and one tap beyond.
    inputs: [numbers('float32', [1, 1, 1, 4], [1, 1, 1, 1])],
    expected: [2 / 3, 1, 1 / 2],
  },
];

export const cases: readonly OpCase[] = [...maxPools, ...maxUnpools, ...averagePools];

const three = pool({ kernel: [3, 3] });

export const errors: readonly ErrorCase[] = [
  { op: 'max-pool', label: 'rank 3', attributes: { ...three, global: false }, inputs: [[2, 8, 8]] },
  { op: 'max-pool', label: 'small image', attributes: { ...three, global: false }, inputs: [[1, 2, 8, 2]] },
  {
    op: 'max-unpool',
    label: 'values of another size',
    attributes: { ...three, outputShape: [1, 2, 8, 8], overlap: 'accumulate' },
    inputs: [
      [1, 2, 6, 5],
      [1, 2, 6, 5],
    ],
  },
  {
    op: 'max-unpool',
    label: 'switches of another size',
    attributes: { ...three, outputShape: [1, 2, 8, 8], overlap: 'accumulate' },
    inputs: [
      [1, 2, 6, 6],
      [1, 2, 6, 5],
    ],
  },
  { op: 'average-pool', label: 'rank 3', attributes: { ...three, countIncludePad: false }, inputs: [[2, 8, 8]] },
  {
    op: 'average-pool-grad',
    label: 'gradient of another size',
    attributes: { ...three, countIncludePad: false, inputShape: [1, 2, 8, 8] },
    inputs: [[1, 2, 6, 5]],
  },
];
