import type { Value } from '../../ir/graph.ts';
import type { NodeContext } from '../../ir/node.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { namesOf, sameOperator, type Exporters, type OnnxTarget } from '../exporter.ts';
import type { BatchNormAttributes } from './batch-norm.ts';
import { lrnNeighbours, type LrnAttributes } from './neighbours.ts';
import type { SoftmaxAttributes } from './softmax.ts';

/** Runtimes take odd numbers of neighbours only; others are written out. */
function lrn({ attributes, inputs: [x], outputs: [y] }: NodeContext<LrnAttributes>, to: OnnxTarget): void {
  const { size, alpha, beta, bias } = attributes;
  const floats = { alpha: { float: alpha }, beta: { float: beta }, bias: { float: bias } };
  if (size % 2 === 1 && x!.shape.length === 4) to.node('LRN', [x!.name], [y!.name], { size, ...floats });
  else to.node('Mul', [x!.name, power(to, denominator(to, attributes, x!), -beta)], [y!.name]);
}

/** dy·d^−β − 2αβ/size · x · Σ dy·x·d^(−β−1) over those whose denominator d it is in. */
function lrnGrad({ attributes, inputs: [x, dy], outputs: [dx] }: NodeContext<LrnAttributes>, to: OnnxTarget): void {
  const { size, alpha, beta } = attributes;
  const times = (a: string, b: string): string => to.add('Mul', [a, b]);
  const d = denominator(to, attributes, x!);
  const terms = times(times(dy!.name, x!.name), power(to, d, -beta - 1));
  const sums = overNeighbours(to, attributes, x!, terms, 'reading');
  const others = times(times(x!.name, sums), to.scalar((2 * alpha * beta) / size));
  to.node('Sub', [times(dy!.name, power(to, d, -beta)), others], [dx!.name]);
}

/** bias + alpha/size · Σ x² */
function denominator(to: OnnxTarget, attributes: LrnAttributes, x: Value): string {
  const { alpha, bias, size } = attributes;
  const squares = overNeighbours(to, attributes, x, to.add('Mul', [x.name, x.name]), 'read');
  return to.add('Add', [to.add('Mul', [squares, to.scalar(alpha / size)]), to.scalar(bias)]);
}

/** Sums over the channels that a channel reads, or over those that read it, of a tensor of the shape of x. */
function overNeighbours(
  to: OnnxTarget,
  attributes: LrnAttributes,
  { shape }: Value,
  terms: string,
  which: 'read' | 'reading',
): string {
  const { c, inner, before, after } = lrnNeighbours(attributes, shape);
  const sides = which === 'read' ? [before, after] : [after, before];
  const flat = to.add('Reshape', [terms, to.whole([sizeOf(shape) / (c * inner), 1, c, inner])]);
  const ones = to.numbers([1, 1, attributes.size, 1], new Float32Array(attributes.size).fill(1));
  const sums = to.add('Conv', [flat, ones], {
    kernel_shape: [attributes.size, 1],
    pads: [sides[0]!, 0, sides[1]!, 0],
  });
  return to.add('Reshape', [sums, to.whole(shape)]);
}

function power(to: OnnxTarget, x: string, exponent: number): string {
  return to.add('Pow', [x, to.scalar(exponent)]);
}

function softmax({ attributes: { axis, log }, inputs, outputs }: NodeContext<SoftmaxAttributes>, to: OnnxTarget): void {
  to.node(log ? 'LogSoftmax' : 'Softmax', namesOf(inputs), namesOf(outputs), { axis });
}

export const exporters: Exporters = {
  'batch-norm': sameOperator<BatchNormAttributes>('BatchNormalization', 'epsilon'),
  lrn,
  'lrn-grad': lrnGrad,
  softmax,
};
