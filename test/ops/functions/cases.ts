import type { Shape } from '../../../src/tensor/shape.ts';
import { LONG } from '../common-shapes.ts';
import { awayFrom, numbers, type ErrorCase, type OpCase, type Operand } from '../harness.ts';

/** Operands between two numbers. */
function between(shape: Shape, low: number, high: number): Operand {
  return (random) => random.tensor(shape, () => low + (high - low) * random.next());
}

/** Truth values, as floats, of which such a share is true. */
function truths(shape: Shape, share = 0.5): Operand {
  return (random) => random.tensor(shape, () => Number(random.next() < share));
}

/** Small whole numbers, of which so many are equal as a small spread leaves. */
function whole(shape: Shape, spread = 2): Operand {
  return (random) => random.tensor(shape, () => Math.round(spread * random.normal()));
}

/** Numbers around 0 of which each is so many times as large as the one before. */
function ofAllSizes(shape: Shape, low: number, high: number): Operand {
  return (random) =>
    random.tensor(shape, () => (random.next() < 0.5 ? -1 : 1) * Math.exp(low + (high - low) * random.next()));
}

const activations: OpCase[] = [
  { op: 'erf', label: 'normal', inputs: [LONG], derivative: 'smooth' },
  { op: 'erf', label: 'near 0', inputs: [ofAllSizes(LONG, -12, -2)] },
  {
    op: 'erf',
    // Abramowitz & Stegun 1964, table 7.1.
    label: 'by a table',
    inputs: [numbers('float64', [6], [0, 0.5, 1, -1.5, 2, 7])],
    expected: [0, 0.5204998778130465, 0.8427007929497149, -0.9661051464753108, 0.9953222650189527, 1],
  },
  { op: 'gelu', label: 'exact', attributes: { approximate: 'none' }, inputs: [LONG], derivative: 'smooth' },
  {
    op: 'gelu',
    label: 'exact, the tail',
    attributes: { approximate: 'none' },
    inputs: [between(LONG, -5, -1.5)],
    derivative: 'smooth',
  },
  { op: 'gelu', label: 'by tanh', attributes: { approximate: 'tanh' }, inputs: [LONG], derivative: 'smooth' },
  {
    op: 'gelu',
    label: 'by tanh, far out',
    attributes: { approximate: 'tanh' },
    inputs: [numbers('float32', [4], [-200, -5, 5, 1e20])],
  },
  { op: 'swish', label: 'alpha 1.7', attributes: { alpha: 1.702 }, inputs: [LONG], derivative: 'smooth' },
  { op: 'swish', label: 'negative alpha', attributes: { alpha: -0.5 }, inputs: [LONG], derivative: 'smooth' },
  { op: 'elu', label: 'as it is', attributes: { alpha: 1, scale: 1 }, inputs: [LONG], derivative: 'smooth' },
  {
    op: 'elu',
    label: 'with a scale',
    attributes: { alpha: 2.5, scale: 0.4 },
    inputs: [awayFrom(LONG, [0])],
    derivative: 'smooth',
  },
  {
    op: 'elu',
    label: 'near 0',
    attributes: { alpha: 0.3, scale: 1 },
    inputs: [ofAllSizes(LONG, -12, -2)],
  },
  { op: 'mish', label: 'normal', inputs: [LONG], derivative: 'smooth' },
  { op: 'mish', label: 'far out', inputs: [numbers('float32', [4], [-200, -15, 15, 200])] },
  { op: 'softsign', label: 'normal', inputs: [LONG], derivative: 'smooth' },
  {
    op: 'thresholded-relu',
    label: 'alpha 0.5',
    attributes: { alpha: 0.5 },
    inputs: [awayFrom(LONG, [0.5])],
    derivative: 'smooth',
    exact: true,
  },
  {
    op: 'thresholded-relu',
    label: 'at the threshold',
    attributes: { alpha: -1 },
    inputs: [numbers('float32', [3], [-1, -0.5, -2])],
    expected: [0, -0.5, 0],
  },
  {
    op: 'shrink',
    label: 'soft',
    attributes: { lambd: 0.5, bias: 0.5 },
    inputs: [awayFrom(LONG, [-0.5, 0.5])],
    derivative: 'smooth',
  },
  {
    op: 'shrink',
    label: 'a threshold below 0',
    attributes: { lambd: -0.5, bias: 0.25 },
    inputs: [awayFrom(LONG, [0.5])],
    derivative: 'smooth',
  },
];

const trigonometry: OpCase[] = [
  { op: 'sin', label: 'several turns', inputs: [between(LONG, -40, 40)], derivative: 'smooth' },
  { op: 'sin', label: 'many turns', inputs: [between(LONG, -3000, 3000)] },
  { op: 'sin', label: 'near 0', inputs: [ofAllSizes(LONG, -12, -2)] },
  { op: 'cos', label: 'several turns', inputs: [between(LONG, -40, 40)], derivative: 'smooth' },
  { op: 'tan', label: 'one branch', inputs: [between(LONG, -1.4, 1.4)], derivative: 'smooth' },
  { op: 'tan', label: 'another branch', inputs: [between(LONG, 2, 4)], derivative: 'smooth' },
  { op: 'asin', label: 'inside', inputs: [between(LONG, -0.95, 0.95)], derivative: 'smooth' },
  { op: 'asin', label: 'near 0', inputs: [ofAllSizes(LONG, -12, -2)] },
  { op: 'asin', label: 'ends', inputs: [numbers('float32', [4], [-1, 1, 0.5, -0.5])] },
  { op: 'acos', label: 'inside', inputs: [between(LONG, -0.95, 0.95)], derivative: 'smooth' },
  { op: 'acos', label: 'ends', inputs: [numbers('float32', [4], [-1, 1, 0.5, -0.5])] },
  { op: 'acos', label: 'near 1', inputs: [between(LONG, 0.999, 1)] },
  { op: 'atan', label: 'normal', inputs: [LONG], derivative: 'smooth' },
  { op: 'atan', label: 'of all sizes', inputs: [ofAllSizes(LONG, -12, 12)] },
  { op: 'sinh', label: 'normal', inputs: [LONG], derivative: 'smooth' },
  { op: 'sinh', label: 'near 0', inputs: [ofAllSizes(LONG, -12, -2)] },
  { op: 'sinh', label: 'far out', inputs: [numbers('float32', [4], [-80, -20, 20, 80])] },
  { op: 'cosh', label: 'normal', inputs: [LONG], derivative: 'smooth' },
  { op: 'asinh', label: 'normal', inputs: [LONG], derivative: 'smooth' },
  { op: 'asinh', label: 'of all sizes', inputs: [ofAllSizes(LONG, -12, 60)] },
  { op: 'asinh', label: 'near 0', inputs: [ofAllSizes(LONG, -12, -2)] },
  { op: 'acosh', label: 'normal', inputs: [between(LONG, 1.1, 5)], derivative: 'smooth' },
  { op: 'acosh', label: 'near 1', inputs: [between(LONG, 1, 1.001)] },
  { op: 'acosh', label: 'far out', inputs: [numbers('float32', [3], [1, 1e5, 1e30])] },
  { op: 'atanh', label: 'inside', inputs: [between(LONG, -0.95, 0.95)], derivative: 'smooth' },
  { op: 'atanh', label: 'near 0', inputs: [ofAllSizes(LONG, -12, -2)] },
];

/** Shapes for each way of broadcasting. */
const BROADCASTS: readonly (readonly [string, Shape, Shape])[] = [
  ['equal shapes', LONG, LONG],
  ['a number for each channel', LONG, [3, 1, 1]],
  ['both ways', [2, 1, 13, 1], [3, 1, 17]],
];

const decisions: OpCase[] = [
  ...BROADCASTS.flatMap(([label, a, b]): OpCase[] => [
    ...['equal', 'less', 'less-or-equal', 'greater', 'greater-or-equal'].map((op): OpCase => ({
      op,
      label,
      inputs: [whole(a), whole(b)],
      exact: true,
    })),
    // In these most places of either operand matter, as the test of what ops depend on wants to see.
    { op: 'equal', label: `${label}, mostly so`, inputs: [whole(a, 0.3), whole(b, 0.3)], exact: true },
    { op: 'and', label, inputs: [truths(a, 0.8), truths(b, 0.8)], exact: true },
    { op: 'or', label, inputs: [truths(a, 0.2), truths(b, 0.2)], exact: true },
    { op: 'xor', label, inputs: [truths(a, 0.2), truths(b, 0.2)], exact: true },
  ]),
  { op: 'not', label: 'of floats', inputs: [truths(LONG)], exact: true },
  { op: 'is-nan', label: 'normal', inputs: [LONG], exact: true },
  {
    op: 'is-nan',
    label: 'by hand',
    inputs: [numbers('float32', [4], [NaN, 0, Infinity, -1])],
    expected: [1, 0, 0, 0],
    exact: true,
  },
  ...(
    [
      [true, true, [1, 1, 0, 0]],
      [true, false, [0, 1, 0, 0]],
      [false, true, [1, 0, 0, 0]],
    ] as const
  ).map(([negative, positive, expected]): OpCase => ({
    op: 'is-inf',
    label: `${negative ? 'negative' : ''} ${positive ? 'positive' : ''}`.trim(),
    attributes: { negative, positive },
    inputs: [numbers('float32', [4], [Infinity, -Infinity, NaN, 1])],
    expected,
    exact: true,
  })),
  { op: 'is-inf', label: 'normal', attributes: { negative: true, positive: true }, inputs: [LONG], exact: true },
  ...(
    [
      ['equal shapes', LONG, LONG, LONG],
      ['numbers', LONG, [], LONG],
      ['a mask for all images', [13, 17], LONG, [3, 1, 1]],
      ['all ways', [2, 1, 1, 1], [3, 1, 17], [13, 1]],
    ] as const
  ).map(([label, condition, a, b]): OpCase => ({
    op: 'where',
    label,
    inputs: [truths(condition), a, b],
    derivative: 'linear',
    wrt: [1, 2],
    exact: true,
  })),
];

const remainders: OpCase[] = [
  { op: 'round', label: 'normal', inputs: [awayFrom(LONG, [])], exact: true },
  {
    op: 'round',
    label: 'halves',
    inputs: [numbers('float32', [8], [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.4999, 8388609])],
    expected: [0, 2, 2, 0, -2, -2, 0, 8388609],
    exact: true,
  },
  ...BROADCASTS.flatMap(([label, a, b]): OpCase[] => [
    { op: 'fmod', label, inputs: [a, awayFrom(b, [0], 2, 0.25)] },
    { op: 'mod', label, inputs: [a, awayFrom(b, [0], 2, 0.25)] },
  ]),
  { op: 'fmod', label: 'multiples', inputs: [whole(LONG), numbers('float32', [], [3])], exact: true },
  { op: 'mod', label: 'multiples', inputs: [whole(LONG), numbers('float32', [], [-3])], exact: true },
  {
    op: 'fmod',
    label: 'its gradients',
    inputs: [between(LONG, 4.1, 5.9), numbers('float32', [], [2])],
    derivative: 'smooth',
  },
  {
    op: 'mod',
    label: 'its gradients',
    inputs: [between(LONG, -5.9, -4.1), numbers('float32', [], [2])],
    derivative: 'smooth',
  },
  {
    op: 'mod',
    label: 'the sign of the divisor',
    inputs: [numbers('int64', [4], [7, -7, 7, -7]), numbers('int64', [4], [3, 3, -3, -3])],
    expected: [1, 2, -2, -1],
  },
  {
    op: 'fmod',
    label: 'the sign of the dividend',
    inputs: [numbers('int64', [4], [7, -7, 7, -7]), numbers('int64', [4], [3, 3, -3, -3])],
    expected: [1, -1, 1, -1],
  },
];

/** Decisions of subgraphs that compute shapes. */
const onConstants: OpCase[] = [
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
  {
    op: 'xor',
    label: 'all pairs',
    inputs: [numbers('bool', [2, 1], [0, 1]), numbers('bool', [2], [0, 1])],
    expected: [0, 1, 1, 0],
  },
];

export const cases: readonly OpCase[] = [...activations, ...trigonometry, ...decisions, ...remainders, ...onConstants];

export const errors: readonly ErrorCase[] = [
  ...['equal', 'and', 'mod'].map((op): ErrorCase => ({ op, label: 'no broadcast', inputs: [[2, 3], [2]] })),
  { op: 'where', label: 'no broadcast', inputs: [[2], [3], [3]] },
];
