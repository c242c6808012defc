import type { Op } from '../../ir/op.ts';
import { emit, same } from '../internal/onnx.ts';
import { ofOne, type ClipAttributes, type HardSigmoidAttributes, type LeakyReluAttributes } from './formulas.ts';
import { unaryOp } from './unary.ts';

/**
 * Functions of one number that many networks have, on tensors of any shape: y = f(x), and its derivative as nodes. Others are in
 * functions/one.ts, where a new one is a row. One that belongs here is also a line of registry.ts, its f in formulas.ts, a case of
 * shaders/pointwise/unary.wgsl with its row in functions.launches.ts, and cases in test/ops/pointwise/.
 */
export const functions: readonly Op[] = [
  // y = |x|.
  unaryOp({
    type: 'abs',
    apply: ofOne.abs,
    // dx = dy·[x > 0] − dy·[x < 0]
    gradient: ({ builder, x, dy }) =>
      builder.add('sub', [
        builder.add('relu-grad', [x, dy], { rule: 'gradient', low: 0, high: Infinity }),
        builder.add('relu-grad', [x, dy], { rule: 'gradient', low: -Infinity, high: 0 }),
      ]),
    onnx: 'Abs',
  }),
  // y = the smallest integer ≥ x.
  unaryOp({
    type: 'ceil',
    apply: ofOne.ceil,
    onnx: 'Ceil',
  }),
  // y = min(max(x, min), max). Backwards it is a ReLU with two bounds (ReLU6: 0 and 6).
  unaryOp<ClipAttributes>({
    type: 'clip',
    traits: {
      activation: 'rectifier',
      tail: 'clamp',
      clamp: ({ min, max }) => [min, max],
      keepsOrder: () => true,
    },
    apply: ofOne.clip,
    gradient: ({ builder, attributes: { min, max }, rules, y, dy }) =>
      builder.add('relu-grad', [y, dy], { rule: rules.relu, low: min, high: max }),
    onnx: {
      Clip: (n) => {
        const old = n.opset < 11;
        const min = (old ? n.float('min', -Infinity) : n.constant(1)?.[0]) ?? -Infinity;
        const max = (old ? n.float('max', Infinity) : n.constant(2)?.[0]) ?? Infinity;
        if (Number.isNaN(min) || Number.isNaN(max)) n.refuse('a bound is NaN');
        return [emit(n, 'clip', [n.input(0)], { min, max })];
      },
    },
  }),
  // y = e^x.
  unaryOp({
    type: 'exp',
    traits: { keepsOrder: () => true },
    apply: ofOne.exp,
    // dx = dy·y
    gradient: ({ builder, y, dy }) => builder.add('mul', [dy, y]),
    onnx: 'Exp',
  }),
  // y = the largest integer ≤ x.
  unaryOp({
    type: 'floor',
    apply: ofOne.floor,
    onnx: 'Floor',
  }),
  // y = alpha·x + beta between 0 and 1.
  unaryOp<HardSigmoidAttributes>({
    type: 'hard-sigmoid',
    traits: { bounded: true },
    apply: ofOne['hard-sigmoid'],
    activation: true,
    // dx = alpha·dy·[0 < y < 1]
    gradient: ({ builder, attributes: { alpha }, y, dy }) =>
      builder.add('relu-grad', [y, builder.add('mul', [dy, builder.scalar(alpha)])], {
        rule: 'gradient',
        low: 0,
        high: 1,
      }),
    onnx: {
      HardSigmoid: same('hard-sigmoid', 1, (n) => ({ alpha: n.float('alpha', 0.2), beta: n.float('beta', 0.5) })),
    },
  }),
  // y = x·h with h = x/6 + 1/2 between 0 and 1 (Howard et al. 2019, §5.2).
  unaryOp({
    type: 'hard-swish',
    apply: ofOne['hard-swish'],
    activation: true,
    // dx = dy·h + dy·x/6·[0 < h < 1]
    gradient: ({ builder, x, dy }) => {
      const h = builder.add('hard-sigmoid', [x], { alpha: 1 / 6, beta: 0.5 });
      const slope = builder.add('div', [builder.add('mul', [dy, x]), builder.scalar(6)]);
      const inner = builder.add('relu-grad', [h, slope], { rule: 'gradient', low: 0, high: 1 });
      return builder.add('add', [builder.add('mul', [dy, h]), inner]);
    },
    onnx: 'HardSwish',
  }),
  // y = x for x > 0, alpha·x otherwise.
  unaryOp<LeakyReluAttributes>({
    type: 'leaky-relu',
    apply: ofOne['leaky-relu'],
    activation: true,
    // dx = alpha·dy + (1 − alpha)·dy·[x > 0]
    gradient: ({ builder, attributes: { alpha }, x, dy }) => {
      const open = builder.add('relu-grad', [x, dy], { rule: 'gradient', low: 0, high: Infinity });
      const leak = builder.add('mul', [dy, builder.scalar(alpha)]);
      return builder.add('add', [leak, builder.add('mul', [open, builder.scalar(1 - alpha)])]);
    },
    onnx: { LeakyRelu: same('leaky-relu', 1, (n) => ({ alpha: n.float('alpha', 0.01) })) },
  }),
  // y = ln x.
  unaryOp({
    type: 'log',
    traits: { keepsOrder: () => true },
    apply: ofOne.log,
    // dx = dy/x
    gradient: ({ builder, x, dy }) => builder.add('div', [dy, x]),
    onnx: 'Log',
  }),
  // y = −x.
  unaryOp({
    type: 'neg',
    apply: ofOne.neg,
    // dx = −dy
    gradient: ({ builder, dy }) => builder.add('neg', [dy]),
    onnx: 'Neg',
  }),
  // y = 1/x.
  unaryOp({
    type: 'reciprocal',
    apply: ofOne.reciprocal,
    // dx = −dy·y²
    gradient: ({ builder, y, dy }) => builder.add('neg', [builder.add('mul', [dy, builder.add('mul', [y, y])])]),
    onnx: 'Reciprocal',
  }),
  // y = 1 / (1 + e^−x).
  unaryOp({
    type: 'sigmoid',
    traits: { squash: ({ inputs: [scores] }) => ({ kind: 'sigmoid', scores: scores! }) },
    apply: ofOne.sigmoid,
    activation: true,
    // dx = dy·y·(1 − y)
    gradient: ({ builder, y, dy }) =>
      builder.add('mul', [builder.add('mul', [dy, y]), builder.add('sub', [builder.scalar(1), y])]),
    onnx: 'Sigmoid',
  }),
  // y = −1, 0 or 1. Its derivative is zero wherever there is one.
  unaryOp({ type: 'sign', apply: ofOne.sign, onnx: 'Sign' }),
  // y = x·s with s = 1 / (1 + e^−x); also called Swish (functions/one.ts). Files have it as Mul(x, Sigmoid(x)): see importers.ts.
  unaryOp({
    type: 'silu',
    apply: ofOne.silu,
    activation: true,
    // dx = dy·(s + y·(1 − s))
    gradient: ({ builder, x, y, dy }) => {
      const s = builder.add('sigmoid', [x]);
      const rest = builder.add('mul', [y, builder.add('sub', [builder.scalar(1), s])]);
      return builder.add('mul', [dy, builder.add('add', [s, rest])]);
    },
    onnx: {},
  }),
  // y = ln(1 + e^x).
  unaryOp({
    type: 'softplus',
    apply: ofOne.softplus,
    activation: true,
    // dx = dy / (1 + e^−x)
    gradient: ({ builder, x, dy }) => builder.add('mul', [dy, builder.add('sigmoid', [x])]),
    onnx: 'Softplus',
  }),
  // y = √x.
  unaryOp({
    type: 'sqrt',
    apply: ofOne.sqrt,
    // dx = dy/2y
    gradient: ({ builder, y, dy }) => builder.add('div', [builder.add('mul', [dy, builder.scalar(0.5)]), y]),
    onnx: 'Sqrt',
  }),
  // y = tanh x.
  unaryOp({
    type: 'tanh',
    traits: { bounded: true },
    apply: ofOne.tanh,
    activation: true,
    // dx = dy·(1 − y²)
    gradient: ({ builder, y, dy }) =>
      builder.add('mul', [dy, builder.add('sub', [builder.scalar(1), builder.add('mul', [y, y])])]),
    onnx: 'Tanh',
  }),
];
