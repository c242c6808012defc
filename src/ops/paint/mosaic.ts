import { defineOp, type Op } from '../../ir/op.ts';
import { formatShape, type Shape } from '../../tensor/shape.ts';
import { shapeError } from '../internal/check.ts';

export interface MosaicAttributes {
  /** Tiles beside each other. */
  readonly columns: number;
  /** 0 has the colour in the middle of the palette. */
  readonly symmetric: boolean;
}

/** Rows of pixels begin at multiples of so many: WebGPU copies rows of a multiple of 256 bytes to a canvas. */
const ROW_PX = 64;

/**
 * Channels of x [1, c, h, w] or [1, c, h] as one picture of c tiles, in colours of a palette (packed as R, G, B, A from the
 * lowest byte on) by extents [c, 3] or, for one scale, [1, 3]: uint32 [height, width rounded up]. A pixel for each
 * number, one transparent pixel between tiles, and transparent ones where a number is not finite.
 */
export const mosaic: Op = defineOp<MosaicAttributes>({
  type: 'mosaic',
  infer: ({ node, attributes: { columns }, inputs: [x, extents] }) => {
    const { shape } = x!;
    if (shape.length < 3 || shape.length > 4 || shape[0] !== 1) {
      throw shapeError(node, 'these are no maps of one image', '1×channels×height×width', formatShape(shape));
    }
    const { channels, height, width } = planes(shape);
    if (extents!.shape[0] !== 1 && extents!.shape[0] !== channels) {
      const expected = `1×3 or ${String(channels)}×3`;
      throw shapeError(node, 'the extents do not fit the channels', expected, formatShape(extents!.shape));
    }
    const rows = Math.ceil(channels / columns);
    const stride = Math.ceil((columns * (width + 1) - 1) / ROW_PX) * ROW_PX;
    return [{ dtype: 'uint32', shape: [rows * (height + 1) - 1, stride] }];
  },
});

export function planes([, channels = 1, height = 1, width = 1]: Shape): Readonly<
  Record<'channels' | 'height' | 'width', number>
> {
  return { channels, height, width };
}
