import { checkNumber } from '../check.ts';
import { ShapeError } from '../errors.ts';
import { blankPicture, type Picture } from '../models/picture.ts';

/** `top` over an opaque `base` of the same size; `opacity` 0…1 multiplies the alpha of `top`. */
export function overlay(base: Picture, top: Picture, opacity: number): Picture {
  checkNumber('opacity', opacity, { least: 0, most: 1 });
  if (base.width !== top.width || base.height !== top.height) {
    throw new ShapeError('pictures of different sizes cannot be laid over each other', {
      expected: `${base.width}×${base.height}`,
      got: `${top.width}×${top.height}`,
    });
  }
  const picture = blankPicture(base.width, base.height);
  for (let i = 0; i < picture.data.length; i += 4) {
    const a = (top.data[i + 3]! / 255) * opacity;
    for (let k = i; k < i + 3; k++) picture.data[k] = base.data[k]! + (top.data[k]! - base.data[k]!) * a;
    picture.data[i + 3] = 255;
  }
  return picture;
}
