import type { ChannelOrder } from '../../models/manifest.ts';
import type { Picture } from '../../models/picture.ts';
import { toPicture } from '../../models/preprocess.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { float32, type Tensor } from '../../tensor/tensor.ts';
import { paint } from '../draw.ts';
import type { Examples } from './examples.ts';

/** Example `index` as the network sees it: [1, c, h, w]. */
export function inputOf({ shape, images, mean, std }: Examples, index: number): Tensor {
  const { values, size } = images;
  const plane = sizeOf(shape.slice(1));
  const data = Float32Array.from(values.subarray(index * size, (index + 1) * size), (value, i) => {
    const channel = Math.floor(i / plane);
    return (value - mean[channel]!) / std[channel]!;
  });
  return float32([1, ...shape], data);
}

/** Example `index` as people see it: a picture where it is one of bytes, in grey or in colours; numbers in the colours of a map. */
export function pictureOf(examples: Examples, index: number, channels: ChannelOrder = orderOf(examples)): Picture {
  const { shape, images, mean, std } = examples;
  const input = inputOf(examples, index);
  const [planes, height, width] = shape as [number, number, number];
  if (!(images.values instanceof Uint8Array) || (planes !== 1 && planes !== 3)) return paint(input).picture;
  return toPicture(input, { channels, mean, std, height, width, resize: 'stretch' });
}

/** What the planes of examples are where nobody says it. */
export function orderOf({ shape }: Examples): ChannelOrder {
  return shape[0] === 1 ? 'gray' : 'RGB';
}
