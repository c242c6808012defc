import type { NodeContext } from '../../ir/node.ts';
import {
  isFloat,
  namesOf,
  ONNX_TYPES,
  sameOperator,
  type Exporters,
  type OnnxExporter,
  type OnnxTarget,
} from '../exporter.ts';
import { clipped, throughRelu } from '../internal/epilogue.export.ts';
import { asTruth, fromTruth } from '../internal/truth.export.ts';
import type { CastAttributes } from './cast.ts';
import type { ReluGradAttributes } from './relu-grad.ts';

/** Op → the operator of ONNX that does the same with the same inputs. */
const SAME = {
  abs: 'Abs',
  add: 'Add',
  ceil: 'Ceil',
  div: 'Div',
  exp: 'Exp',
  floor: 'Floor',
  'hard-swish': 'HardSwish',
  log: 'Log',
  max: 'Max',
  min: 'Min',
  mul: 'Mul',
  neg: 'Neg',
  pow: 'Pow',
  prelu: 'PRelu',
  reciprocal: 'Reciprocal',
  relu: 'Relu',
  sigmoid: 'Sigmoid',
  sign: 'Sign',
  softplus: 'Softplus',
  sqrt: 'Sqrt',
  sub: 'Sub',
  tanh: 'Tanh',
} as const;

function clip(
  { attributes: { min, max }, inputs: [x], outputs: [y] }: NodeContext<{ min: number; max: number }>,
  to: OnnxTarget,
): void {
  clipped(to, x!.name, min, max, y!.name);
}

/** The signal where all of its conditions hold, 0 elsewhere. */
function reluGrad(
  { attributes, inputs: [y, dy], outputs: [dx] }: NodeContext<ReluGradAttributes>,
  to: OnnxTarget,
): void {
  throughRelu(to, { attributes, y: y!.name, dy: dy!.name, dx: dx!.name });
}

function silu({ inputs: [x], outputs }: NodeContext<object>, to: OnnxTarget): void {
  to.node('Mul', [x!.name, to.add('Sigmoid', [x!.name])], namesOf(outputs));
}

/** Its own gradient is nothing that a file without one can have. */
function redirectedRelu({ inputs, outputs }: NodeContext<object>, to: OnnxTarget): void {
  to.node('Relu', namesOf(inputs), namesOf(outputs));
}

/** Fractions are cut off; what is not 0 is true. */
function cast(
  { attributes: { to: dtype }, inputs: [x], outputs: [y] }: NodeContext<CastAttributes>,
  to: OnnxTarget,
): void {
  if (dtype === 'bool') fromTruth(to, asTruth(to, x!.name), y!);
  else to.node('Cast', [x!.name], [y!.name], { to: isFloat(dtype) ? ONNX_TYPES.float32 : ONNX_TYPES.int64 });
}

export const exporters: Exporters = {
  ...Object.fromEntries(
    Object.entries(SAME).map(([type, operator]): [string, OnnxExporter<object>] => [type, sameOperator(operator)]),
  ),
  cast,
  clip,
  'hard-sigmoid': sameOperator<{ alpha: number; beta: number }>('HardSigmoid', 'alpha', 'beta'),
  'leaky-relu': sameOperator<{ alpha: number }>('LeakyRelu', 'alpha'),
  'redirected-relu': redirectedRelu,
  'relu-grad': reluGrad,
  silu,
};
