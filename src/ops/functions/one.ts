import type { GraphBuilder } from '../../ir/builder.ts';
import type { Op } from '../../ir/op.ts';
import { choose, emit, same } from '../internal/onnx.ts';
import { unaryOp } from '../pointwise/unary.ts';
import {
  ofOne,
  TANH_CUBE,
  TANH_SCALE,
  type EluAttributes,
  type GeluAttributes,
  type IsInfAttributes,
  type ShrinkAttributes,
  type SwishAttributes,
  type ThresholdedReluAttributes,
} from './formulas.ts';

/**
 * Functions of one number that few networks have, on tensors of any shape: y = f(x), and its derivative as nodes. A new one is a
 * row here, its f in formulas.ts, a case of shaders/functions/one.wgsl with its row in launches.ts, and cases in
 * test/ops/functions/.
 */
export const functionsOfOne: readonly Op[] = [
  // y = arccos x.
  unaryOp({
    type: 'acos',
    apply: ofOne.acos,
    // dx = −dy/√(1 − x²)
    gradient: ({ builder: b, x, dy }) => b.add('neg', [b.add('div', [dy, root(b, minus(b, 1, square(b, x)))])]),
    onnx: 'Acos',
  }),
  // y = arcosh x.
  unaryOp({
    type: 'acosh',
    apply: ofOne.acosh,
    // dx = dy/√(x² − 1)
    gradient: ({ builder: b, x, dy }) => b.add('div', [dy, root(b, plus(b, square(b, x), -1))]),
    onnx: 'Acosh',
  }),
  // y = arcsin x.
  unaryOp({
    type: 'asin',
    apply: ofOne.asin,
    // dx = dy/√(1 − x²)
    gradient: ({ builder: b, x, dy }) => b.add('div', [dy, root(b, minus(b, 1, square(b, x)))]),
    onnx: 'Asin',
  }),
  // y = arsinh x.
  unaryOp({
    type: 'asinh',
    apply: ofOne.asinh,
    // dx = dy/√(x² + 1)
    gradient: ({ builder: b, x, dy }) => b.add('div', [dy, root(b, plus(b, square(b, x), 1))]),
    onnx: 'Asinh',
  }),
  // y = arctan x.
  unaryOp({
    type: 'atan',
    traits: { bounded: true },
    apply: ofOne.atan,
    // dx = dy/(x² + 1)
    gradient: ({ builder: b, x, dy }) => b.add('div', [dy, plus(b, square(b, x), 1)]),
    onnx: 'Atan',
  }),
  // y = artanh x.
  unaryOp({
    type: 'atanh',
    apply: ofOne.atanh,
    // dx = dy/(1 − x²)
    gradient: ({ builder: b, x, dy }) => b.add('div', [dy, minus(b, 1, square(b, x))]),
    onnx: 'Atanh',
  }),
  // y = cos x.
  unaryOp({
    type: 'cos',
    traits: { bounded: true },
    apply: ofOne.cos,
    // dx = −dy·sin x
    gradient: ({ builder: b, x, dy }) => b.add('neg', [times(b, dy, b.add('sin', [x]))]),
    onnx: 'Cos',
  }),
  // y = cosh x.
  unaryOp({
    type: 'cosh',
    apply: ofOne.cosh,
    // dx = dy·sinh x
    gradient: ({ builder: b, x, dy }) => times(b, dy, b.add('sinh', [x])),
    onnx: 'Cosh',
  }),
  // y = x for x > 0, alpha·(e^(scale·x) − 1) otherwise (Clevert et al. 2016, eq. 2; with scale = 1/alpha that of Barron 2017).
  unaryOp<EluAttributes>({
    type: 'elu',
    apply: ofOne.elu,
    activation: true,
    // dx = dy·[x > 0] + dy·scale·(y + alpha)·[x ≤ 0]
    gradient: ({ builder: b, attributes: { alpha, scale }, x, y, dy }) => {
      const open = above(b, x, dy, 0);
      const closed = times(b, b.add('sub', [dy, open]), plus(b, y, alpha));
      return b.add('add', [open, scale === 1 ? closed : scaled(b, closed, scale)]);
    },
    onnx: {
      Elu: same('elu', 1, (n) => ({ alpha: n.float('alpha', 1), scale: 1 })),
      // The maximum of x and 0 and the minimum of the other and 0 are one of them each, whatever the sign of alpha.
      Celu: (n) => {
        const alpha = n.float('alpha', 1);
        if (alpha === 0) n.refuse('alpha 0');
        return [emit(n, 'elu', [n.input(0)], { alpha, scale: 1 / alpha })];
      },
    },
  }),
  // y = 2/√π ∫₀ˣ e^(−t²) dt.
  unaryOp({
    type: 'erf',
    traits: { bounded: true },
    apply: ofOne.erf,
    activation: true,
    // dx = dy·2/√π·e^(−x²)
    gradient: ({ builder: b, x, dy }) => {
      const bell = b.add('exp', [b.add('neg', [square(b, x)])]);
      return scaled(b, times(b, dy, bell), 2 / Math.sqrt(Math.PI));
    },
    onnx: 'Erf',
  }),
  // y = x·P(x), P being the share of a normal distribution below x; or an approximation (Hendrycks & Gimpel 2016, §2).
  unaryOp<GeluAttributes>({
    type: 'gelu',
    apply: ofOne.gelu,
    activation: true,
    gradient: ({ builder: b, attributes: { approximate }, x, y, dy }) => {
      const xx = square(b, x);
      if (approximate === 'none') {
        // dx = dy·(P + x·e^(−x²/2)/√2π)
        const share = plus(b, scaled(b, b.add('erf', [scaled(b, x, Math.SQRT1_2)]), 0.5), 0.5);
        const bell = scaled(b, b.add('exp', [scaled(b, xx, -0.5)]), 1 / Math.sqrt(2 * Math.PI));
        return times(b, dy, b.add('add', [share, times(b, x, bell)]));
      }
      // It is x·s with s = 1 / (1 + e^−2u): dx = dy·(s + y·(1 − s)·2u')
      const u = scaled(b, times(b, x, plus(b, scaled(b, xx, TANH_CUBE), 1)), 2 * TANH_SCALE);
      const slope = plus(b, scaled(b, xx, 6 * TANH_SCALE * TANH_CUBE), 2 * TANH_SCALE);
      return gated(b, { s: b.add('sigmoid', [u]), y, dy, slope });
    },
    onnx: {
      Gelu: same('gelu', 1, (n) => ({
        approximate: choose(n, 'approximate', { none: 'none', tanh: 'tanh' }, 'none'),
      })),
    },
  }),
  // y = 1 where x is ∞ or −∞, as is asked for, else 0.
  unaryOp<IsInfAttributes>({
    type: 'is-inf',
    traits: { bounded: true },
    apply: ofOne['is-inf'],
    onnx: {
      IsInf: same('is-inf', 1, (n) => ({
        negative: n.int('detect_negative', 1) !== 0,
        positive: n.int('detect_positive', 1) !== 0,
      })),
    },
  }),
  // y = 1 where x is NaN, else 0.
  unaryOp({ type: 'is-nan', traits: { bounded: true }, apply: ofOne['is-nan'], onnx: 'IsNaN' }),
  // y = x·tanh(ln(1 + e^x)) (Misra 2020, eq. 1).
  unaryOp({
    type: 'mish',
    apply: ofOne.mish,
    activation: true,
    // dx = dy·(t + x·(1 − t²)·s) with t = tanh(ln(1 + e^x)) and s = 1 / (1 + e^−x)
    gradient: ({ builder: b, x, dy }) => {
      const t = b.add('tanh', [b.add('softplus', [x])]);
      const inner = times(b, times(b, x, b.add('sigmoid', [x])), minus(b, 1, square(b, t)));
      return times(b, dy, b.add('add', [t, inner]));
    },
    onnx: 'Mish',
  }),
  // y = 1 where x is 0, else 0.
  unaryOp({ type: 'not', traits: { bounded: true }, apply: ofOne.not, onnx: 'Not' }),
  // y = the integer next to x, of two the even one. Its derivative is zero wherever there is one.
  unaryOp({ type: 'round', apply: ofOne.round, onnx: 'Round' }),
  // y = x + bias for x < −lambd, x − bias for x > lambd, else 0.
  unaryOp<ShrinkAttributes>({
    type: 'shrink',
    apply: ofOne.shrink,
    activation: true,
    gradient: ({ builder: b, attributes: { lambd }, x, dy }) =>
      lambd < 0 ? dy : b.add('add', [above(b, x, dy, lambd), below(b, x, dy, -lambd)]),
    onnx: { Shrink: same('shrink', 1, (n) => ({ lambd: n.float('lambd', 0.5), bias: n.float('bias', 0) })) },
  }),
  // y = sin x.
  unaryOp({
    type: 'sin',
    traits: { bounded: true },
    apply: ofOne.sin,
    // dx = dy·cos x
    gradient: ({ builder: b, x, dy }) => times(b, dy, b.add('cos', [x])),
    onnx: 'Sin',
  }),
  // y = sinh x.
  unaryOp({
    type: 'sinh',
    apply: ofOne.sinh,
    // dx = dy·cosh x
    gradient: ({ builder: b, x, dy }) => times(b, dy, b.add('cosh', [x])),
    onnx: 'Sinh',
  }),
  // y = x/(1 + |x|).
  unaryOp({
    type: 'softsign',
    traits: { bounded: true },
    apply: ofOne.softsign,
    activation: true,
    // dx = dy·(1 − |y|)²
    gradient: ({ builder: b, y, dy }) => times(b, dy, square(b, minus(b, 1, b.add('abs', [y])))),
    onnx: 'Softsign',
  }),
  // y = x·s with s = 1 / (1 + e^(−alpha·x)); with alpha 1 it is silu.
  unaryOp<SwishAttributes>({
    type: 'swish',
    apply: ofOne.swish,
    activation: true,
    // dx = dy·(s + y·(1 − s)·alpha)
    gradient: ({ builder: b, attributes: { alpha }, x, y, dy }) =>
      gated(b, { s: b.add('sigmoid', [scaled(b, x, alpha)]), y, dy, slope: b.scalar(alpha) }),
    onnx: {
      Swish: (n) => {
        const alpha = n.float('alpha', 1);
        return [alpha === 1 ? emit(n, 'silu', [n.input(0)]) : emit(n, 'swish', [n.input(0)], { alpha })];
      },
    },
  }),
  // y = tan x.
  unaryOp({
    type: 'tan',
    apply: ofOne.tan,
    // dx = dy·(y² + 1)
    gradient: ({ builder: b, y, dy }) => times(b, dy, plus(b, square(b, y), 1)),
    onnx: 'Tan',
  }),
  // y = x for x > alpha, 0 otherwise (Konda et al. 2014, eq. 4).
  unaryOp<ThresholdedReluAttributes>({
    type: 'thresholded-relu',
    traits: { activation: 'rectifier' },
    apply: ofOne['thresholded-relu'],
    gradient: ({ builder, attributes: { alpha }, rules, x, dy }) =>
      builder.add('relu-grad', [x, dy], { rule: rules.relu, low: alpha, high: Infinity }),
    onnx: { ThresholdedRelu: same('thresholded-relu', 1, (n) => ({ alpha: n.float('alpha', 1) })) },
  }),
];

/** dy·(s + y·(1 − s)·slope), which comes down to x where y = x·s(u) with the s of a logistic function, and slope is that of u. */
function gated(
  b: GraphBuilder,
  { s, y, dy, slope }: { readonly s: string; readonly y: string; readonly dy: string; readonly slope: string },
): string {
  const rest = times(b, times(b, y, minus(b, 1, s)), slope);
  return times(b, dy, b.add('add', [s, rest]));
}

/** dy where x > low. */
function above(b: GraphBuilder, x: string, dy: string, low: number): string {
  return b.add('relu-grad', [x, dy], { rule: 'gradient', low, high: Infinity });
}

/** dy where x < high. */
function below(b: GraphBuilder, x: string, dy: string, high: number): string {
  return b.add('relu-grad', [x, dy], { rule: 'gradient', low: -Infinity, high });
}

function times(b: GraphBuilder, x: string, y: string): string {
  return b.add('mul', [x, y]);
}

function square(b: GraphBuilder, x: string): string {
  return times(b, x, x);
}

function root(b: GraphBuilder, x: string): string {
  return b.add('sqrt', [x]);
}

function scaled(b: GraphBuilder, x: string, scale: number): string {
  return times(b, x, b.scalar(scale));
}

function plus(b: GraphBuilder, x: string, more: number): string {
  return b.add('add', [x, b.scalar(more)]);
}

function minus(b: GraphBuilder, from: number, x: string): string {
  return b.add('sub', [b.scalar(from), x]);
}
