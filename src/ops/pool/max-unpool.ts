import { along, spread } from '../../ir/dependence.ts';
import { defineOp, type Op, type Rules } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { shapeError } from '../internal/check.ts';
import { elementwise } from '../internal/launch.ts';
import {
  cover,
  expectImage,
  expectShape,
  LARGEST_UNROLLED,
  poolWindows,
  windowParams,
  type PoolAttributes,
} from '../internal/window.ts';

export interface MaxUnpoolAttributes extends PoolAttributes {
  /** [n, c, h, w] of the pool's input; its batch is that of dy. */
  readonly outputShape: readonly number[];
  readonly overlap: Rules['overlap'];
}

/** Elements of a row that share what they load, about; those of as many rows as the stride do. */
const LARGEST_TILE = 8;

/**
 * Sends values back to where their maxima were: dy and switches [n, c, p, q] → dx [n, c, h, w], 0 elsewhere. The gradient
 * of max-pooling, and the unpooling of Zeiler & Fergus 2014, §2.1.
 */
export const maxUnpool: Op = defineOp<MaxUnpoolAttributes>({
  type: 'max-unpool',
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
  launches: ({ node, attributes, inputs: [dy, switches], outputs: [dx] }) => {
    const windows = poolWindows(node, dx!.shape, attributes);
    const { image, windows: counts, stride, pad } = windowParams(windows);
    const bindings = { dy: dy!.name, switches: switches!.name, dx: dx!.name };
    const params = { image, windows: counts, stride, pad };
    const OVERWRITE = Number(attributes.overlap === 'overwrite');
    const covers = cover(windows);
    const span = Math.min(covers[1], windows.w.count, LARGEST_UNROLLED);
    if (sizeOf(covers) > LARGEST_UNROLLED || Math.max(...stride) > LARGEST_TILE)
      return elementwise(
        'pool/max-unpool-large',
        dx!,
        bindings,
        { ...params, cover: covers },
        { OVERWRITE, SPAN: span },
      );
    const { h, w } = windows;
    const tileW = Math.ceil(LARGEST_TILE / w.stride) * w.stride;
    const ahead = [h.before % h.stride, w.before % w.stride];
    const tiles = [Math.ceil((h.size + ahead[0]!) / h.stride), Math.ceil((w.size + ahead[1]!) / tileW)];
    return elementwise(
      'pool/max-unpool',
      { shape: [...dx!.shape.slice(0, 2), ...tiles] },
      bindings,
      { ...params, ahead, tiles },
      {
        COVER_H: covers[0],
        COVER_W: covers[1],
        STRIDE_W: w.stride,
        TILE_H: h.stride,
        TILE_W: tileW,
        PATCH_W: covers[1] + Math.floor((tileW - 1) / w.stride),
        OVERWRITE,
      },
    );
  },
  flops: ({ inputs: [dy] }) => sizeOf(dy!.shape),
});
