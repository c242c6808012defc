import { defineOp, type Op } from '../ir/op.ts';
import { binaryOp } from './internal/binary.ts';
import { constantsOnly } from './internal/onnx.ts';
import { pairs } from './reference/pairs.ts';

/** Comparisons and logic of the subgraphs that compute shapes. They run on constants only and have no shaders. */
export const logic: readonly Op[] = [
  compare('equal', 'Equal', (a, b) => a === b),
  compare('less', 'Less', (a, b) => a < b),
  compare('less-or-equal', 'LessOrEqual', (a, b) => a <= b),
  compare('greater', 'Greater', (a, b) => a > b),
  compare('greater-or-equal', 'GreaterOrEqual', (a, b) => a >= b),
  compare('and', 'And', (a, b) => a !== 0 && b !== 0),
  compare('or', 'Or', (a, b) => a !== 0 || b !== 0),
  defineOp({
    type: 'not',
    pointwise: 'function',
    infer: ({ inputs: [x] }) => [{ dtype: 'bool', shape: x!.shape }],
    evaluate: (_, [x]) => [x!.map((v) => Number(v === 0))],
    onnx: { Not: constantsOnly('not') },
  }),
];

function compare(type: string, operator: string, test: (a: number, b: number) => boolean): Op {
  return binaryOp({
    type,
    evaluate: pairs((a, b) => Number(test(a, b))),
    result: 'bool',
    onnx: { [operator]: constantsOnly(type, 2) },
  });
}
