import type { GraphBuilder } from '../../ir/builder.ts';
import type { OnnxImporter, Op } from '../../ir/op.ts';
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
    onnx: { Min: orClip('min', 'max') },
  }),
  // y = the greater of a and b. The gradient goes to the greater one, to none on a tie.
  binaryOp({
    type: 'max',
    traits: { takesInfinity: true, keepsOrder: () => true },
    gradients: [
      ({ builder, dy, a, b }) => whereGreater(builder, a, b, dy),
      ({ builder, dy, a, b }) => whereGreater(builder, b, a, dy),
    ],
    onnx: { Max: orClip('max', 'min') },
  }),
];

/** dy where a > b, 0 elsewhere. */
function whereGreater(builder: GraphBuilder, a: string, b: string, dy: string): string {
  return builder.add('relu-grad', [builder.add('sub', [a, b]), dy], { rule: 'gradient', low: 0, high: Infinity });
}

/** With a number it is a Clip, as Max(x, 0) is a ReLU: rules and fusion know it as such. */
function orClip(type: string, bound: 'min' | 'max'): OnnxImporter {
  return (n) => {
    const { dtype, shape } = n.value(0);
    const limit = n.inputs.length === 2 && dtype === 'float32' ? n.builder.constantOf(n.input(1)) : undefined;
    // A NaN is no bound.
    const number = limit && limit.data.length === 1 && limit.shape.length <= shape.length ? limit.data[0]! : NaN;
    if (Number.isNaN(number)) return chain(type)(n);
    return [emit(n, 'clip', [n.input(0)], { min: -Infinity, max: Infinity, [bound]: number })];
  };
}
