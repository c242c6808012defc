import type { Op } from '../ir/op.ts';
import { same } from './internal/onnx.ts';
import { unaryOp } from './internal/unary.ts';

/** y = −1, 0 or 1, any shape. Its derivative is zero wherever there is one. */
export const sign: Op = unaryOp({ type: 'sign', apply: Math.sign, onnx: { Sign: same('sign') } });
