import { sizeOf } from '../../tensor/shape.ts';
import { overTensors } from '../internal/loops.ts';
import type { Loop } from '../loop.ts';
import { type MosaicAttributes, planes } from './mosaic.ts';

export const mosaic: Loop<MosaicAttributes> = (context, machine) => {
  const { attributes, inputs, outputs } = context;
  const { columns, symmetric } = attributes;
  const { channels, height, width } = planes(inputs[0]!.shape);
  const stride = outputs[0]!.shape[1]!;
  const size = sizeOf(inputs[0]!.shape);
  const own = inputs[1]!.shape[0] !== 1;
  return overTensors(context, machine, [channels, 4 * size], ({ inputs: numbers, outputs: [y] }, from, to) => {
    const [x, extents, palette] = numbers;
    if (from === 0) y!.fill(0);
    for (let channel = from; channel < to; channel++) {
      const [least, most] = [extents![own ? 3 * channel : 0]!, extents![own ? 3 * channel + 1 : 1]!];
      const high = symmetric ? Math.max(-least, most) : most;
      const low = symmetric ? -high : least;
      const top = Math.floor(channel / columns) * (height + 1);
      const left = (channel % columns) * (width + 1);
      let place = channel * height * width;
      for (let row = 0; row < height; row++) {
        const line = (top + row) * stride + left;
        for (let column = 0; column < width; column++) {
          const value = x![place++]!;
          // No infinity, and no NaN.
          if (value - value !== 0) continue;
          const share = high > low ? (value - low) / (high - low) : 0.5;
          const colour = Math.floor(Math.min(Math.max(share, 0), 1) * (palette!.length - 1) + 0.5);
          y![line + column] = palette![colour]!;
        }
      }
    }
  });
};
