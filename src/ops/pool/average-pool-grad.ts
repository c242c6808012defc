import { along, spread } from '../../ir/dependence.ts';
import { defineOp, type Op } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { type AveragePoolAttributes } from './average.ts';
import { expectImage, expectShape, poolWindows } from '../internal/window.ts';

export interface AveragePoolGradAttributes extends AveragePoolAttributes {
  /** [n, c, h, w] of the pool's input; its batch is that of dy. */
  readonly inputShape: readonly number[];
}

/** Input gradient of average pooling: dy [n, c, p, q] → dx [n, c, h, w]. */
export const averagePoolGrad: Op = defineOp<AveragePoolGradAttributes>({
  type: 'average-pool-grad',
  dependence: ({ node, attributes, outputs: [dx] }) => {
    const { h, w } = poolWindows(node, dx!.shape, attributes);
    return [[along(0), along(1), spread(2, h), spread(3, w)]];
  },
  infer: ({ node, attributes, inputs: [dy] }) => {
    expectImage(node, 'dy', dy!);
    const [, ...rest] = attributes.inputShape;
    const shape = [dy!.shape[0]!, ...rest];
    const { h, w } = poolWindows(node, shape, attributes);
    expectShape(node, 'dy', dy!.shape, [shape[0]!, shape[1]!, h.count, w.count]);
    return [{ dtype: 'float32', shape }];
  },
  backward: ({ builder, attributes, dy: [signal] }) => {
    const { kernel, strides, pads, dilations, autoPad, ceilMode, countIncludePad } = attributes;
    const windows = { kernel, strides, pads, dilations, autoPad, ceilMode, countIncludePad };
    return [builder.add('average-pool', [signal!], windows)];
  },
  flops: ({ attributes: { kernel }, inputs: [dy] }) => sizeOf(dy!.shape) * sizeOf(kernel),
});
