import type { NodeContext } from '../../ir/node.ts';
import { isFloat, namesOf, sameOperator, type Exporters, type OnnxExporter, type OnnxTarget } from '../exporter.ts';
import { asTruth, fromTruth } from '../internal/truth.export.ts';
import {
  TANH_CUBE,
  TANH_SCALE,
  type EluAttributes,
  type GeluAttributes,
  type IsInfAttributes,
  type SwishAttributes,
} from './formulas.ts';

/** Op → the operator of ONNX that does the same with the same inputs. */
const SAME = {
  acos: 'Acos',
  acosh: 'Acosh',
  asin: 'Asin',
  asinh: 'Asinh',
  atan: 'Atan',
  atanh: 'Atanh',
  cos: 'Cos',
  cosh: 'Cosh',
  erf: 'Erf',
  mish: 'Mish',
  round: 'Round',
  sin: 'Sin',
  sinh: 'Sinh',
  softsign: 'Softsign',
  tan: 'Tan',
} as const;

/** Op → the operator that compares two tensors, whose truth values are numbers here. */
const COMPARISONS = {
  equal: 'Equal',
  greater: 'Greater',
  'greater-or-equal': 'GreaterOrEqual',
  less: 'Less',
  'less-or-equal': 'LessOrEqual',
} as const;

/** Op → the operator on truth values. */
const CONNECTIVES = { and: 'And', or: 'Or', xor: 'Xor' } as const;

function comparison(operator: string): OnnxExporter<object> {
  return ({ inputs, outputs }, to) => {
    fromTruth(to, to.add(operator, namesOf(inputs)), outputs[0]!);
  };
}

function connective(operator: string): OnnxExporter<object> {
  return ({ inputs, outputs }, to) => {
    const truths = inputs.map((x) => asTruth(to, x!.name));
    fromTruth(to, to.add(operator, truths), outputs[0]!);
  };
}

/** ONNX's Elu has no scale inside. */
function elu(
  { attributes: { alpha, scale }, inputs: [x], outputs: [y] }: NodeContext<EluAttributes>,
  to: OnnxTarget,
): void {
  if (scale === 1) {
    to.node('Elu', [x!.name], [y!.name], { alpha: { float: alpha } });
    return;
  }
  const power = to.add('Exp', [to.add('Mul', [x!.name, to.scalar(scale)])]);
  const closed = to.add('Mul', [to.add('Sub', [power, to.scalar(1)]), to.scalar(alpha)]);
  to.node('Where', [to.add('Greater', [x!.name, to.scalar(0)]), x!.name, closed], [y!.name]);
}

/** Opset 18 has no Gelu. */
function gelu(
  { attributes: { approximate }, inputs: [x], outputs }: NodeContext<GeluAttributes>,
  to: OnnxTarget,
): void {
  const times = (a: string, b: string): string => to.add('Mul', [a, b]);
  let share: string;
  if (approximate === 'tanh') {
    const cube = times(times(x!.name, x!.name), times(x!.name, to.scalar(TANH_CUBE)));
    share = to.add('Sigmoid', [times(to.add('Add', [x!.name, cube]), to.scalar(2 * TANH_SCALE))]);
  } else {
    const erf = to.add('Erf', [times(x!.name, to.scalar(Math.SQRT1_2))]);
    share = times(to.add('Add', [erf, to.scalar(1)]), to.scalar(0.5));
  }
  to.node('Mul', [x!.name, share], namesOf(outputs));
}

function isInf(
  { attributes: { negative, positive }, inputs, outputs }: NodeContext<IsInfAttributes>,
  to: OnnxTarget,
): void {
  const attributes = { detect_negative: Number(negative), detect_positive: Number(positive) };
  fromTruth(to, to.add('IsInf', namesOf(inputs), attributes), outputs[0]!);
}

/** Of floats ONNX has the remainder with the sign of a only: where that of b is another, b is added. */
function mod({ inputs, outputs }: NodeContext<object>, to: OnnxTarget): void {
  const [a, b] = namesOf(inputs) as [string, string];
  if (!isFloat(inputs[0]!.dtype)) {
    to.node('Mod', [a, b], namesOf(outputs));
    return;
  }
  const rest = to.add('Mod', [a, b], { fmod: 1 });
  const signs = to.add('Mul', [to.add('Sign', [rest]), to.add('Sign', [b])]);
  const differ = to.add('Less', [signs, to.scalar(0)]);
  to.node('Where', [differ, to.add('Add', [rest, b]), rest], namesOf(outputs));
}

function swish({ attributes: { alpha }, inputs: [x], outputs }: NodeContext<SwishAttributes>, to: OnnxTarget): void {
  const share = to.add('Sigmoid', [to.add('Mul', [x!.name, to.scalar(alpha)])]);
  to.node('Mul', [x!.name, share], namesOf(outputs));
}

function where({ inputs: [condition, a, b], outputs }: NodeContext<object>, to: OnnxTarget): void {
  to.node('Where', [asTruth(to, condition!.name), a!.name, b!.name], namesOf(outputs));
}

function each(
  operators: Readonly<Record<string, string>>,
  exporter: (operator: string) => OnnxExporter<object>,
): Exporters {
  return Object.fromEntries(Object.entries(operators).map(([type, operator]) => [type, exporter(operator)]));
}

export const exporters: Exporters = {
  ...each(SAME, sameOperator),
  ...each(COMPARISONS, comparison),
  ...each(CONNECTIVES, connective),
  elu,
  fmod: ({ inputs, outputs }: NodeContext<object>, to: OnnxTarget) => {
    to.node('Mod', namesOf(inputs), namesOf(outputs), { fmod: 1 });
  },
  gelu,
  'is-inf': isInf,
  'is-nan': comparison('IsNaN'),
  mod,
  not: ({ inputs: [x], outputs }: NodeContext<object>, to: OnnxTarget) => {
    fromTruth(to, to.add('Not', [asTruth(to, x!.name)]), outputs[0]!);
  },
  shrink: sameOperator<{ lambd: number; bias: number }>('Shrink', 'lambd', 'bias'),
  swish,
  'thresholded-relu': sameOperator<{ alpha: number }>('ThresholdedRelu', 'alpha'),
  where,
};
