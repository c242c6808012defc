import { defineOp, type Op } from '../../ir/op.ts';
import { formatShape, sizeOf, type Shape } from '../../tensor/shape.ts';
import { shapeError } from '../internal/check.ts';
import { LOWEST } from '../pool/max-pool.ts';

export interface TopKMergeAttributes {
  /** What an entry stands for: an image, by its strongest unit of the channel, or any unit of it. */
  readonly each: 'image' | 'unit';
}

/** Of images that do not count, and of entries that are still free. */
export const NO_IMAGE = 0xffffffff;

/**
 * The strongest activations of each channel, kept while images stream by: activations x [n, c, h, w] or [n, c], numbers of
 * the images [n], lists of values [c, k] and of places [c, k, 2] (number of the image, position y·w + x) → the lists with
 * these images in them. Ordered by value, NaN first; of equal ones the earlier image comes first, then the first in scan
 * order.
 */
export const topKMerge: Op = defineOp<TopKMergeAttributes>({
  type: 'top-k-merge',
  extraOutputs: 1,
  infer: ({ node, inputs: [x, images, values, places] }) => {
    const [n = 0, c = 0] = x!.shape;
    const k = values!.shape[1] ?? 0;
    const expected: readonly Shape[] = [[n], [c, k], [c, k, 2]];
    const got = [images!.shape, values!.shape, places!.shape];
    if (expected.map(formatShape).join() !== got.map(formatShape).join()) {
      const what = 'the lists do not fit the activations';
      throw shapeError(node, what, expected.map(formatShape).join(' and '), got.map(formatShape).join(' and '));
    }
    return [
      { dtype: 'float32', shape: values!.shape },
      { dtype: 'uint32', shape: places!.shape },
    ];
  },
  flops: ({ attributes: { each }, inputs: [x, , values] }) =>
    sizeOf(x!.shape) * (each === 'image' ? 1 : values!.shape[1]!),
});

/** Lists without entries for layers of `channels`: what the first images are compared with. */
export function emptyLists(channels: number, length: number): { values: Float32Array; places: Uint32Array } {
  return {
    values: new Float32Array(channels * length).fill(LOWEST),
    places: new Uint32Array(channels * length * 2).fill(NO_IMAGE),
  };
}
