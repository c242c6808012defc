import { along, spread } from '../../ir/dependence.ts';
import { defineOp, type Op, type Rules } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { shapeError } from '../internal/check.ts';
import { expectImage, expectShape, poolWindows, type PoolAttributes } from '../internal/window.ts';

export interface MaxUnpoolAttributes extends PoolAttributes {
  /** [n, c, h, w] of the pool's input; its batch is that of dy. */
  readonly outputShape: readonly number[];
  readonly overlap: Rules['overlap'];
}

/**
 * Sends values back to where their maxima were: dy and switches [n, c, p, q] → dx [n, c, h, w], 0 elsewhere. The gradient
 * of max-pooling, and the unpooling of Zeiler & Fergus 2014, §2.1.
 */
export const maxUnpool: Op = defineOp<MaxUnpoolAttributes>({
  type: 'max-unpool',
  unpools: true,
  dependence: ({ node, attributes, outputs: [dx] }) => {
    const { h, w } = poolWindows(node, dx!.shape, attributes);
    const signal = [along(0), along(1), spread(2, h), spread(3, w)];
    return [signal, signal];
  },
  infer: ({ node, attributes, inputs: [dy, switches] }) => {
    expectImage(node, 'dy', dy!);
    if (attributes.outputShape.length !== 4) {
      throw shapeError(node, 'the output has the wrong rank', '4 axes', String(attributes.outputShape.length));
    }
    const [, ...rest] = attributes.outputShape;
    const shape = [dy!.shape[0]!, ...rest];
    const { h, w } = poolWindows(node, shape, attributes);
    expectShape(node, 'dy', dy!.shape, [shape[0]!, shape[1]!, h.count, w.count]);
    expectShape(node, 'the switches', switches!.shape, dy!.shape);
    return [{ dtype: 'float32', shape }];
  },
  flops: ({ inputs: [dy] }) => sizeOf(dy!.shape),
});
