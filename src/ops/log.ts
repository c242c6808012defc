import type { Op } from '../ir/op.ts';
import { same } from './internal/onnx.ts';
import { unaryOp } from './internal/unary.ts';

/** y = ln x, any shape. */
export const log: Op = unaryOp({
  type: 'log',
  traits: { keepsOrder: () => true },
  apply: Math.log,
  // dx = dy/x
  gradient: ({ builder, x, dy }) => builder.add('div', [dy, x]),
  onnx: { Log: same('log') },
});
