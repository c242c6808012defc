import type { GraphBuilder } from '../../ir/builder.ts';
import type { Op } from '../../ir/op.ts';
import { pairs as asReference } from '../internal/pairs.reference.ts';
import { chain, constantsOnly, same } from '../internal/onnx.ts';
import { binaryOp } from './binary.ts';

/**
 * More functions of two numbers. A new one is a row here, its f in formulas.ts, a case of shaders/pointwise/binary.wgsl with its
 * row in pairs.launches.ts, and cases in test/ops/pointwise/.
 */
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
    onnx: { Pow: same('pow', 2) },
  }),
  // y = the smaller of a and b. The gradient goes to the smaller one, to none on a tie.
  binaryOp({
    type: 'min',
    traits: { takesInfinity: true, keepsOrder: () => true },
    gradients: [
      ({ builder, dy, a, b }) => whereGreater(builder, b, a, dy),
      ({ builder, dy, a, b }) => whereGreater(builder, a, b, dy),
    ],
    onnx: { Min: chain('min') },
  }),
  // y = the greater of a and b. The gradient goes to the greater one, to none on a tie.
  binaryOp({
    type: 'max',
    traits: { takesInfinity: true, keepsOrder: () => true },
    gradients: [
      ({ builder, dy, a, b }) => whereGreater(builder, a, b, dy),
      ({ builder, dy, a, b }) => whereGreater(builder, b, a, dy),
    ],
    onnx: { Max: chain('max') },
  }),
  // Comparisons and logic of the subgraphs that compute shapes. They run on constants only and have no shaders.
  comparison('equal', 'Equal', (a, b) => a === b),
  comparison('less', 'Less', (a, b) => a < b),
  comparison('less-or-equal', 'LessOrEqual', (a, b) => a <= b),
  comparison('greater', 'Greater', (a, b) => a > b),
  comparison('greater-or-equal', 'GreaterOrEqual', (a, b) => a >= b),
  comparison('and', 'And', (a, b) => a !== 0 && b !== 0),
  comparison('or', 'Or', (a, b) => a !== 0 || b !== 0),
];

function comparison(type: string, operator: string, test: (a: number, b: number) => boolean): Op {
  const op = binaryOp({ type, result: 'bool', onnx: { [operator]: constantsOnly(type, 2) } });
  return { ...op, evaluate: asReference((a, b) => Number(test(a, b))) };
}

/** dy where a > b, 0 elsewhere. */
function whereGreater(builder: GraphBuilder, a: string, b: string, dy: string): string {
  return builder.add('relu-grad', [builder.add('sub', [a, b]), dy], { rule: 'gradient', low: 0, high: Infinity });
}
