import type { Reference } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { type MosaicAttributes, planes } from './mosaic.ts';

export const mosaic: Reference<MosaicAttributes> = (
  { attributes: { columns, symmetric }, inputs: [x], outputs: [y] },
  [xv, extents, palette],
) => {
  const { height, width } = planes(x!.shape);
  const stride = y!.shape[1]!;
  const own = extents!.length > 3;
  const result = new Float64Array(sizeOf(y!.shape));
  for (const [i, value] of xv!.entries()) {
    if (!Number.isFinite(value)) continue;
    const channel = Math.floor(i / (height * width));
    const row = Math.floor(i / width) % height;
    const [least, most] = extents!.subarray(own ? 3 * channel : 0);
    const high = symmetric ? Math.max(-least!, most!) : most!;
    const low = symmetric ? -high : least!;
    const share = high > low ? (value - low) / (high - low) : 0.5;
    const colour = Math.floor(Math.min(Math.max(share, 0), 1) * (palette!.length - 1) + 0.5);
    const top = Math.floor(channel / columns) * (height + 1);
    const left = (channel % columns) * (width + 1);
    result[(top + row) * stride + left + (i % width)] = palette![colour]!;
  }
  return [result];
};
