import type { Op } from '../ir/op.ts';
import { emit } from './internal/onnx.ts';
import { unaryOp } from './internal/unary.ts';

interface ClipAttributes {
  readonly min: number;
  readonly max: number;
}

/** y = min(max(x, min), max), any shape. Backwards it is a ReLU with two bounds (ReLU6: 0 and 6). */
export const clip: Op = unaryOp<ClipAttributes>({
  type: 'clip',
  traits: {
    activation: 'rectifier',
    tail: 'clamp',
    clamp: ({ min, max }) => [min, max],
    keepsOrder: () => true,
  },
  apply: (x, { min, max }) => Math.min(Math.max(x, min), max),
  parameters: ({ min, max }) => [min, max],
  gradient: ({ builder, attributes: { min, max }, rules, y, dy }) =>
    builder.add('relu-grad', [y, dy], { rule: rules.relu, lo: min, hi: max }),
  onnx: {
    Clip: (n) => {
      const old = n.opset < 11;
      const min = (old ? n.float('min', -Infinity) : n.constant(1)?.[0]) ?? -Infinity;
      const max = (old ? n.float('max', Infinity) : n.constant(2)?.[0]) ?? Infinity;
      if (Number.isNaN(min) || Number.isNaN(max)) n.refuse('a bound is NaN');
      return [emit(n, 'clip', [n.input(0)], { min, max })];
    },
  },
});
