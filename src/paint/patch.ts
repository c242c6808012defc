import type { FieldBox } from '../graph/receptive-field.ts';
import { blankPicture, type Picture } from '../models/picture.ts';
import { float32, type Tensor } from '../tensor/tensor.ts';

/** The part of a picture in a box, which may reach outside: there the patch stays transparent. */
export function pictureIn(picture: Picture, [x0, y0, x1, y1]: FieldBox): Picture {
  const patch = blankPicture(x1 - x0, y1 - y0);
  const [left, right] = [Math.max(x0, 0), Math.min(x1, picture.width)];
  if (left >= right) return patch;
  for (let y = Math.max(y0, 0); y < Math.min(y1, picture.height); y++) {
    const row = picture.data.subarray((y * picture.width + left) * 4, (y * picture.width + right) * 4);
    patch.data.set(row, ((y - y0) * patch.width + left - x0) * 4);
  }
  return patch;
}

/** The part of a map [c, h, w] in a box, which may reach outside: there it is 0. */
export function mapIn({ shape, data }: Tensor, [x0, y0, x1, y1]: FieldBox): Tensor {
  const [channels, height, width] = shape as [number, number, number];
  const [rows, cols] = [y1 - y0, x1 - x0];
  const part = new Float32Array(channels * rows * cols);
  const [left, right] = [Math.max(x0, 0), Math.min(x1, width)];
  for (let c = 0; c < channels && left < right; c++) {
    for (let y = Math.max(y0, 0); y < Math.min(y1, height); y++) {
      const from = (c * height + y) * width;
      part.set(data.subarray(from + left, from + right), (c * rows + y - y0) * cols + left - x0);
    }
  }
  return float32([channels, rows, cols], part);
}
