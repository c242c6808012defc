import { checkWhole } from '../check.ts';
import { ArgumentError, ShapeError } from '../errors.ts';
import { MAX_INPUT_PX, MAX_RESIZE_PX } from '../limits.ts';
import { formatShape } from '../tensor/shape.ts';
import { float32, type Data, type Tensor } from '../tensor/tensor.ts';
import type { ChannelOrder, Preprocessing } from './manifest.ts';
import type { Size } from './picture-size.ts';
import { blankPicture, type Picture } from './picture.ts';
import type { Part } from './resize.ts';

/** Where a network's input lies in the picture it was made from. */
export interface Placement {
  /** Original pixels for one pixel of the crop. */
  readonly scaleX: number;
  readonly scaleY: number;
  /** Top left corner of the crop in the scaled picture, in its pixels. */
  readonly x: number;
  readonly y: number;
}

/** Left, top, right, bottom in pixels; the right and bottom edges are exclusive. */
export type Box = readonly [x0: number, y0: number, x1: number, y1: number];

/** The sizes of a preprocessing. */
export type InputSize = Pick<Preprocessing, 'height' | 'width' | 'resize'>;

/**
 * How large a picture is scaled, and which part of that the network sees: only what this part needs of the picture has to
 * be looked at. Throws {@link ArgumentError} where the part is not inside.
 */
export function planCrop(
  from: Size,
  to: InputSize,
): { readonly scaled: Size; readonly part: Part; readonly placement: Placement } {
  checkInputSize(to);
  const [width, height] = scaledSize(from, to);
  // The half pixel that is left over goes to the right and the bottom.
  const x = Math.floor((width - to.width) / 2);
  const y = Math.floor((height - to.height) / 2);
  if (x < 0 || y < 0) {
    throw new ArgumentError('the crop is not inside the picture', {
      expected: `at most ${width}×${height}`,
      got: `${to.width}×${to.height}`,
    });
  }
  return {
    scaled: { width, height },
    part: { x, y, width: to.width, height: to.height },
    placement: { scaleX: from.width / width, scaleY: from.height / height, x, y },
  };
}

/** Throws {@link ArgumentError} with the limits before anything of such a size is allocated. */
function checkInputSize({ width, height, resize }: InputSize): void {
  const right =
    [width, height].every((size) => Number.isInteger(size) && size >= 1) &&
    width * height <= MAX_INPUT_PX &&
    (resize === 'stretch' || (resize >= 1 && resize <= MAX_RESIZE_PX));
  if (right) return;
  throw new ArgumentError('the size of the input makes no sense', {
    expected: `at most ${MAX_INPUT_PX.toLocaleString('en')} pixels, scaled to at most ${MAX_RESIZE_PX.toLocaleString('en')}`,
    got: `${width}×${height}, scaled to ${resize}`,
  });
}

/** The longer side is rounded to the nearest pixel, as the golden values need; torchvision cuts off the fraction. */
function scaledSize({ width, height }: Size, to: InputSize): readonly [number, number] {
  if (to.resize === 'stretch') return [to.width, to.height];
  const scale = to.resize / Math.min(width, height);
  return [Math.round(width * scale), Math.round(height * scale)];
}

/** A box of the crop in pixels of the original picture, for overlays. It may reach outside: a receptive field does. */
export function toOriginal([x0, y0, x1, y1]: Box, { scaleX, scaleY, x, y }: Placement): Box {
  return [(x0 + x) * scaleX, (y0 + y) * scaleY, (x1 + x) * scaleX, (y1 + y) * scaleY];
}

/** Offsets of a pixel's bytes for each plane of an input. */
const PLANES: Readonly<Record<Exclude<ChannelOrder, 'gray'>, readonly number[]>> = { RGB: [0, 1, 2], BGR: [2, 1, 0] };

/** The input [1,c,height,width] for a crop: plane c is (value − mean[c]) / std[c]. Throws {@link ShapeError} for another size. */
export function toInput(crop: Picture, { height, width, channels, mean, std }: Preprocessing): Tensor {
  if (crop.width !== width || crop.height !== height) {
    throw new ShapeError('the picture is not as large as the input', {
      expected: `${width}×${height} (width × height)`,
      got: `${crop.width}×${crop.height}`,
    });
  }
  const size = height * width;
  const values = new Float32Array(mean.length * size);
  for (let c = 0; c < mean.length; c++) {
    const value =
      channels === 'gray' ? luma : (data: Uint8ClampedArray, at: number) => data[at + PLANES[channels][c]!]!;
    for (let i = 0; i < size; i++) values[c * size + i] = (value(crop.data, i * 4) - mean[c]!) / std[c]!;
  }
  return float32([1, mean.length, height, width], values);
}

/** ITU-R 601 luma, rounded to 8 bits with the integers of Pillow's `convert('L')`. */
function luma(data: Uint8ClampedArray, at: number): number {
  return (data[at]! * 19595 + data[at + 1]! * 38470 + data[at + 2]! * 7471 + 0x8000) >> 16;
}

/**
 * The inverse of {@link toInput}, for showing what lives in a network's input space: image `index` of [n,c,h,w], or [c,h,w].
 * Values outside 0…255 are clamped, others rounded. Any h and w.
 */
export function toPicture(input: Tensor, { channels, mean, std }: Preprocessing, index: number = 0): Picture {
  const [planes, height, width] = input.shape.slice(-3) as [number, number, number];
  if (input.shape.length < 3 || input.shape.length > 4 || planes !== mean.length) {
    throw new ShapeError('the tensor is no input of this network', {
      expected: `n×${mean.length}×height×width`,
      got: formatShape(input.shape),
    });
  }
  checkWhole('the number of the image', index, 0, input.shape.length === 4 ? input.shape[0]! - 1 : 0);
  const size = height * width;
  const data: Data = input.data.subarray(index * planes * size, (index + 1) * planes * size);
  const picture = blankPicture(width, height);
  picture.data.fill(255);
  // `order` is its own inverse: byte k of a pixel is plane order[k].
  const order = channels === 'gray' ? [0, 0, 0] : PLANES[channels];
  for (let k = 0; k < 3; k++) {
    const c = order[k]!;
    for (let i = 0; i < size; i++) picture.data[i * 4 + k] = data[c * size + i]! * std[c]! + mean[c]!;
  }
  return picture;
}
