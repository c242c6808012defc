import type { NodeContext } from '../../ir/node.ts';
import { namesOf, sameOperator, type Exporters, type OnnxTarget } from '../exporter.ts';
import type { BatchNormAttributes } from './batch-norm.ts';
import type { LrnAttributes } from './neighbours.ts';
import type { SoftmaxAttributes } from './softmax.ts';

function lrn(
  { attributes: { size, alpha, beta, bias }, inputs, outputs }: NodeContext<LrnAttributes>,
  to: OnnxTarget,
): void {
  const floats = { alpha: { float: alpha }, beta: { float: beta }, bias: { float: bias } };
  to.node('LRN', namesOf(inputs), namesOf(outputs), { size, ...floats });
}

function softmax({ attributes: { axis, log }, inputs, outputs }: NodeContext<SoftmaxAttributes>, to: OnnxTarget): void {
  to.node(log ? 'LogSoftmax' : 'Softmax', namesOf(inputs), namesOf(outputs), { axis });
}

export const exporters: Exporters = {
  'batch-norm': sameOperator<BatchNormAttributes>('BatchNormalization', 'epsilon'),
  lrn,
  softmax,
};
