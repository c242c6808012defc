import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import { emit } from '../internal/onnx.ts';

/** Functions that are composed of others, and those that onnxruntime's optimiser puts into files (its ContribOperators.md). */
export const composed: Readonly<Record<string, OnnxImporter>> = {
  Selu: (n) => {
    // Constants of Klambauer et al. 2017, §A3; up to opset 5 they had fewer digits.
    const [alpha, gamma] = n.opset < 6 ? [1.6732, 1.0507] : [1.6732632423543772, 1.0507009873554805];
    const elu = n.builder.add('elu', [n.input(0)], { alpha: n.float('alpha', alpha), scale: 1 }, { name: n.name });
    return [emit(n, 'mul', [elu, n.builder.scalar(n.float('gamma', gamma))])];
  },
  'com.microsoft:Gelu': (n) => [emit(n, 'gelu', [n.input(0)], { approximate: 'none' })],
  'com.microsoft:BiasGelu': (n) => [emit(n, 'gelu', [biased(n)], { approximate: 'none' })],
  'com.microsoft:FastGelu': (n) => [emit(n, 'gelu', [biased(n)], { approximate: 'tanh' })],
  'com.microsoft:QuickGelu': (n) => [emit(n, 'swish', [n.input(0)], { alpha: n.float('alpha', 1.702) })],
};

/** x plus the bias that may be given beside it, a number for each place of its last axis. */
function biased(n: OnnxNode): string {
  return n.given(1) ? n.builder.add('add', [n.input(0), n.input(1)], {}, { name: n.name }) : n.input(0);
}
