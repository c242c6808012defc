import { along, windows } from '../../ir/dependence.ts';
import { defineOp, type Op } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import type { LrnAttributes } from './neighbours.ts';
import { same } from '../internal/onnx.ts';
import { shapeError } from '../internal/check.ts';
import { expectCount } from '../internal/window.ts';

/**
 * Local response normalisation over neighbouring channels: y = x / (bias + alpha/size · Σ x²)^beta, [n, c, …]
 * (Krizhevsky et al. 2012, §3.3, with ONNX's division of alpha).
 */
export const lrn: Op = defineOp<LrnAttributes>({
  type: 'lrn',
  dependence: ({ attributes: { size }, inputs: [x] }) => {
    const before = Math.floor((size - 1) / 2);
    return [
      x!.shape.map((_, axis) =>
        axis === 1 ? windows(1, { kernel: size, stride: 1, dilation: 1, before }) : along(axis),
      ),
    ];
  },
  onWindow: ({ attributes }) => ({ attributes: { ...attributes } }),
  title: () => 'local response normalisation',
  infer: ({ node, attributes: { size }, inputs: [x] }) => {
    expectCount(node, 'size', size);
    if (x!.shape.length < 2) throw shapeError(node, 'x has no channels', 'at least 2 axes', String(x!.shape.length));
    return [{ dtype: 'float32', shape: x!.shape }];
  },
  backward: ({ builder, node, attributes, rules, dy: [dy] }) => [
    rules.lrn === 'identity' ? dy : builder.add('lrn-grad', [node.inputs[0]!, dy!], { ...attributes }),
  ],
  flops: ({ attributes: { size }, inputs: [x] }) => sizeOf(x!.shape) * (2 * Math.min(size, x!.shape[1]!) + 4),
  onnx: {
    LRN: same('lrn', 1, (n) => ({
      size: n.int('size', 0) || n.refuse('without size'),
      alpha: n.float('alpha', 1e-4),
      beta: n.float('beta', 0.75),
      bias: n.float('bias', 1),
    })),
  },
});
