import { checkWhole } from '../check.ts';
import { ArgumentError, ShapeError } from '../errors.ts';
import { MAX_PICTURE_PX } from '../limits.ts';

/** Pixels R, G, B, A in rows from the top, 0…255, not premultiplied. ImageData is one. Pictures from {@link loadImage} are opaque. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** [height,width,4] */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** A black, transparent picture. */
export function blankPicture(width: number, height: number): Picture {
  return { width, height, data: new Uint8ClampedArray(width * height * 4) };
}

/** An opaque picture from rgb [height,width,3]. */
export function pictureFromRgb(rgb: ArrayLike<number>, width: number, height: number): Picture {
  if (rgb.length !== width * height * 3) {
    throw new ArgumentError('the values do not fill the picture', {
      expected: `${width * height * 3} values for ${width}×${height} RGB`,
      got: String(rgb.length),
    });
  }
  const picture = blankPicture(width, height);
  for (let i = 0, at = 0; i < rgb.length; i += 3, at += 4) {
    picture.data[at] = rgb[i]!;
    picture.data[at + 1] = rgb[i + 1]!;
    picture.data[at + 2] = rgb[i + 2]!;
    picture.data[at + 3] = 255;
  }
  return picture;
}

/** The part of a picture with the top left corner (x, y), which must lie inside. */
export function cropPicture(from: Picture, x: number, y: number, width: number, height: number): Picture {
  if (!(x >= 0 && y >= 0 && x + width <= from.width && y + height <= from.height)) {
    throw new ArgumentError('the crop is not inside the picture', {
      expected: `inside ${from.width}×${from.height}`,
      got: `${width}×${height} at (${x}, ${y})`,
    });
  }
  const picture = blankPicture(width, height);
  for (let row = 0; row < height; row++) {
    const start = ((y + row) * from.width + x) * 4;
    picture.data.set(from.data.subarray(start, start + width * 4), row * width * 4);
  }
  return picture;
}

/** Throws {@link ArgumentError} for a picture without pixels, {@link ShapeError} for one of another size than it says. */
export function checkPicture({ width, height, data }: Picture): void {
  for (const side of [width, height]) checkWhole('a side of the picture', side, 1, MAX_PICTURE_PX);
  if (data.length === width * height * 4) return;
  const expected = `${width * height * 4} bytes for ${width}×${height} RGBA`;
  throw new ShapeError('the values do not fill the picture', { expected, got: String(data.length) });
}

/** For `putImageData`; shares the pixels. */
export function toImageData(picture: Picture): ImageData {
  checkPicture(picture);
  return new ImageData(picture.data, picture.width, picture.height);
}
