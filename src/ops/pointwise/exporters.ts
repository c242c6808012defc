import type { NodeContext } from '../../ir/node.ts';
import { namesOf, sameOperator, type Exporters, type OnnxExporter, type OnnxTarget } from '../exporter.ts';
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

/** Bounds that do not bound are left out. */
function clip(
  { attributes: { min, max }, inputs: [x], outputs }: NodeContext<{ min: number; max: number }>,
  to: OnnxTarget,
): void {
  const bounds = [min, max].map((bound) => (Number.isFinite(bound) ? to.scalar(bound) : ''));
  to.node('Clip', [x!.name, ...bounds], namesOf(outputs));
}

/** The signal where all of its conditions hold, 0 elsewhere. */
function reluGrad(
  { attributes: { rule, low, high }, inputs: [y, dy], outputs }: NodeContext<ReluGradAttributes>,
  to: OnnxTarget,
): void {
  const conditions: string[] = [];
  const holds = (operator: 'Greater' | 'Less', x: string, bound: number): void => {
    const name = to.name('holds');
    to.node(operator, [x, to.scalar(bound)], [name]);
    conditions.push(name);
  };
  if (rule !== 'deconvnet' && low !== -Infinity) holds('Greater', y!.name, low);
  if (rule !== 'deconvnet' && high !== Infinity) holds('Less', y!.name, high);
  if (rule !== 'gradient') holds('Greater', dy!.name, 0);
  const all = conditions.reduce((a, b) => {
    const both = to.name('both');
    to.node('And', [a, b], [both]);
    return both;
  });
  to.node('Where', [all, dy!.name, to.scalar(0)], namesOf(outputs));
}

function silu({ inputs: [x], outputs }: NodeContext<object>, to: OnnxTarget): void {
  const share = to.name(`${x!.name}/share`);
  to.node('Sigmoid', [x!.name], [share]);
  to.node('Mul', [x!.name, share], namesOf(outputs));
}

export const exporters: Exporters = {
  ...Object.fromEntries(
    Object.entries(SAME).map(([type, operator]): [string, OnnxExporter<object>] => [type, sameOperator(operator)]),
  ),
  clip,
  'hard-sigmoid': sameOperator<{ alpha: number; beta: number }>('HardSigmoid', 'alpha', 'beta'),
  'leaky-relu': sameOperator<{ alpha: number }>('LeakyRelu', 'alpha'),
  'relu-grad': reluGrad,
  silu,
};
