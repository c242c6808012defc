import type { GraphBuilder } from '../../ir/builder.ts';
import type { OnnxNode, Op } from '../../ir/op.ts';
import { chain, emit } from '../internal/onnx.ts';
import { paired } from '../internal/paired.ts';
import { binaryOp } from './binary.ts';

/** More functions of two numbers that many networks have, in shaders/pointwise/binary.wgsl; others are in functions/two.ts. */
export const pairs: readonly Op[] = [
  // y = a^b; b is an integer where a is negative.
  binaryOp({
    type: 'pow',
    gradients: [
      // dy·b·a^(b − 1)
      ({ builder, dy, a, b }) => {
        const lower = builder.add('pow', [a, builder.add('sub', [b, builder.scalar(1)])]);
        return builder.add('mul', [builder.add('mul', [dy, b]), lower]);
      },
      // dy·y·ln a
      ({ builder, dy, a, y }) => builder.add('mul', [builder.add('mul', [dy, y()]), builder.add('log', [a])]),
    ],
    onnx: { Pow: paired('pow') },
  }),
  // y = the smaller of a and b. The gradient goes to the smaller one, to none on a tie.
  binaryOp({
    type: 'min',
    traits: { takesInfinity: true, keepsOrder: () => true },
    gradients: [
      ({ builder, dy, a, b }) => whereGreater(builder, b, a, dy),
      ({ builder, dy, a, b }) => whereGreater(builder, a, b, dy),
    ],
    onnx: { Min: (n) => clipped(n, 'max') ?? chain('min')(n) },
  }),
  // y = the greater of a and b. The gradient goes to the greater one, to none on a tie.
  binaryOp({
    type: 'max',
    traits: { takesInfinity: true, keepsOrder: () => true },
    gradients: [
      ({ builder, dy, a, b }) => whereGreater(builder, a, b, dy),
      ({ builder, dy, a, b }) => whereGreater(builder, b, a, dy),
    ],
    onnx: { Max: (n) => clipped(n, 'min') ?? chain('max')(n) },
  }),
];

/** dy where a > b, 0 elsewhere. */
function whereGreater(builder: GraphBuilder, a: string, b: string, dy: string): string {
  return builder.add('relu-grad', [builder.add('sub', [a, b]), dy], { rule: 'gradient', low: 0, high: Infinity });
}

/** Max(x, 0) is a ReLU, and either operator with a number is a Clip: rules and fusion know it as such. Undefined: it is none. */
function clipped(n: OnnxNode, bound: 'min' | 'max'): readonly string[] | undefined {
  if (n.inputs.length !== 2) return undefined;
  const { builder } = n;
  const names = [n.input(0), n.input(1)];
  const [x, ...others] = names.filter((name) => !builder.constantOf(name));
  const limit = names.map((name) => builder.constantOf(name)).find(Boolean);
  if (x === undefined || others.length > 0 || limit?.data.length !== 1 || Number.isNaN(limit.data[0])) return undefined;
  if (limit.shape.length > builder.value(x).shape.length) return undefined;
  return [emit(n, 'clip', [x], { min: -Infinity, max: Infinity, [bound]: limit.data[0]! })];
}
