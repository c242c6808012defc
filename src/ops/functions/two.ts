import type { Value } from '../../ir/graph.ts';
import type { Op } from '../../ir/op.ts';
import type { DType } from '../../tensor/tensor.ts';
import { emit } from '../internal/onnx.ts';
import { paired } from '../internal/paired.ts';
import { binaryOp, type BinaryGradient } from '../pointwise/binary.ts';
import type { ofTwo } from './formulas.ts';

/**
 * Functions of two numbers that few networks have. A new one is a row here, its f in formulas.ts, a case of
 * shaders/functions/several.wgsl with its row in launches.ts, and cases in test/ops/functions/.
 */
export const functionsOfTwo: readonly Op[] = [
  decision('and', 'And'),
  decision('equal', 'Equal'),
  decision('greater', 'Greater'),
  decision('greater-or-equal', 'GreaterOrEqual'),
  decision('less', 'Less'),
  decision('less-or-equal', 'LessOrEqual'),
  decision('or', 'Or'),
  decision('xor', 'Xor'),
  // y = a − b·n for the whole n of a/b towards 0: with the sign of a.
  binaryOp({
    type: 'fmod',
    gradients: [({ dy }) => dy, throughQuotient],
  }),
  // y = a − b·n for the whole n below a/b: with the sign of b.
  binaryOp({
    type: 'mod',
    gradients: [({ dy }) => dy, throughQuotient],
    onnx: { Mod: (n) => [emit(n, n.int('fmod', 0) === 0 ? 'mod' : 'fmod', [n.input(0), n.input(1)])] },
  }),
];

/** y = whether something holds of a and b: see {@link truthOf}. No gradient passes. */
function decision(type: keyof typeof ofTwo, operator: string): Op {
  const plain = binaryOp({
    type,
    traits: { takesInfinity: true, bounded: true },
    onnx: { [operator]: paired(type) },
  });
  return {
    ...plain,
    infer: (context) => plain.infer(context).map(({ shape }) => ({ dtype: truthOf(context.inputs), shape })),
  };
}

/** Of what may vary between runs, which are floats, truth values are the floats 0 and 1. */
function truthOf(inputs: readonly (Value | undefined)[]): DType {
  return inputs.some((x) => x?.dtype === 'float32') ? 'float32' : 'bool';
}

/** −dy·n, where n = (a − y)/b is what a/b was rounded to. */
function throughQuotient({ builder, dy, a, b, y }: BinaryGradient): string {
  const whole = builder.add('div', [builder.add('sub', [y(), a]), b]);
  return builder.add('mul', [dy, whole]);
}
