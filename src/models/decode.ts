import { ImageError } from '../errors.ts';
import { breather } from '../work/breathe.ts';
import { checkSize } from './picture-size.ts';
import { blankPicture, checkPicture, cropPicture, type Picture } from './picture.ts';
import { planCrop, type InputSize, type Placement } from './preprocess.ts';
import { Resampler, type Part } from './resize.ts';

/** What a network sees of a picture. */
export interface Cut {
  /** [height,width] of the preprocessing */
  readonly crop: Picture;
  readonly placement: Placement;
}

/**
 * The pixels are the file's own numbers, as a training pipeline reads them: turned the way EXIF says, no colour management.
 * Alpha is dealt with afterwards, by painting on white.
 */
const DECODE: ImageBitmapOptions = {
  imageOrientation: 'from-image',
  colorSpaceConversion: 'none',
  premultiplyAlpha: 'none',
};

/** Pixels that are read from a picture at a time: 4 MB, a few milliseconds. */
const STRIP_PX = 2 ** 20;

/** What can be decoded, or is pixels already. */
export type Decodable = Exclude<ImageBitmapSource, SVGImageElement> | Picture;

/** Pixels of which parts can be read. */
type Bitmap = ImageBitmap | Picture;

/**
 * Decodes a picture, hands it on, and frees it. Throws {@link ImageError}, the signal's reason when aborted; in Node
 * UnsupportedEnvironmentError, see `decodeFile`; ShapeError for pixels that are not as many as they should be.
 *
 * Not to be asked for files whose size is not known to be within the limits: decoding allocates it.
 */
export async function withBitmap<T>(
  source: Decodable,
  where: string,
  signal: AbortSignal | undefined,
  use: (bitmap: Bitmap) => Promise<T>,
): Promise<T> {
  const bitmap = await decoded(source, where, signal);
  try {
    signal?.throwIfAborted();
    checkSize(bitmap, where);
    return await use(bitmap);
  } finally {
    if ('close' in bitmap) bitmap.close();
  }
}

async function decoded(source: Decodable, where: string, signal: AbortSignal | undefined): Promise<Bitmap> {
  if (isPicture(source)) {
    checkPicture(source);
    return source;
  }
  if (source instanceof Blob && typeof OffscreenCanvas === 'undefined') {
    return (await import('./decode-file.ts')).decodeFile(source, where);
  }
  try {
    return await createImageBitmap(source, DECODE);
  } catch (cause) {
    signal?.throwIfAborted();
    const file =
      source instanceof Blob
        ? {
            expected: 'JPEG, PNG, WebP, AVIF or GIF',
            got: `${source.size} bytes of ${source.type || 'an unknown type'}`,
          }
        : {};
    throw new ImageError('not a picture this browser can read', { where, ...file, cause });
  }
}

/** ImageData is one, unless it is of another colour space or of another kind of number: that is the browser's business. */
function isPicture(source: Decodable): source is Picture {
  const { data, colorSpace = 'srgb' } = source as Partial<ImageData>;
  return data instanceof Uint8ClampedArray && colorSpace === 'srgb';
}

/** All pixels. */
export async function readBitmap(bitmap: Bitmap, where: string, signal: AbortSignal | undefined): Promise<Picture> {
  const { width, height } = bitmap;
  const picture = blankPicture(width, height);
  const breathe = breather(signal);
  for (const { data, y } of strips(bitmap, { x: 0, y: 0, width, height }, where)) {
    picture.data.set(data, y * width * 4);
    await breathe();
  }
  return picture;
}

/** What a network sees, of which the rest of the picture is not read. */
export async function cutBitmap(
  bitmap: Bitmap,
  to: InputSize,
  where: string,
  signal: AbortSignal | undefined,
): Promise<Cut> {
  const { scaled, part, placement } = planCrop(bitmap, to);
  const resampler = new Resampler(bitmap, scaled, part);
  const breathe = breather(signal);
  for (const { data, width, height } of strips(bitmap, resampler.source, where)) {
    for (let row = 0; row < height; row++) {
      resampler.add(data, row * width * 4);
      await breathe();
    }
  }
  return { crop: resampler.finish(), placement };
}

/** A part of a picture on white, some rows at a time: `y` is the first of them in the part. */
function* strips(
  bitmap: Bitmap,
  { x, y: top, width, height }: Part,
  where: string,
): Generator<Part & Picture, void, undefined> {
  const rows = Math.min(Math.max(Math.floor(STRIP_PX / width), 1), height);
  const read = 'data' in bitmap ? readerOfPixels(bitmap) : readerOfBitmap(bitmap, width, rows, where);
  for (let y = 0; y < height; y += rows) {
    const part = { x, y: top + y, width, height: Math.min(rows, height - y) };
    yield { ...part, x: 0, y, data: read(part) };
  }
}

/** A part of a picture, on white. */
type Reader = (part: Part) => Picture['data'];

function readerOfBitmap(bitmap: ImageBitmap, width: number, rows: number, where: string): Reader {
  const context = new OffscreenCanvas(width, rows).getContext('2d', { willReadFrequently: true });
  if (!context) throw new ImageError('no 2D canvas', { where, got: `${width}×${rows} pixels` });
  context.fillStyle = 'white';
  return ({ x, y, height }) => {
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, x, y, width, height, 0, 0, width, height);
    return pixelsOf(context, width, height, where);
  };
}

function readerOfPixels(picture: Picture): Reader {
  return ({ x, y, width, height }) => {
    const { data } = cropPicture(picture, x, y, width, height);
    for (let i = 3; i < data.length; i += 4) {
      const alpha = data[i]! / 255;
      if (alpha === 1) continue;
      for (let k = i - 3; k < i; k++) data[k] = 255 + (data[k]! - 255) * alpha;
      data[i] = 255;
    }
    return data;
  };
}

function pixelsOf(
  context: OffscreenCanvasRenderingContext2D,
  width: number,
  height: number,
  where: string,
): Picture['data'] {
  try {
    return context.getImageData(0, 0, width, height).data;
  } catch (cause) {
    if (!(cause instanceof DOMException && cause.name === 'SecurityError')) {
      throw new ImageError('the pixels cannot be read', {
        where,
        got: `${width}×${height} pixels`,
        cause,
      });
    }
    throw new ImageError('the browser does not let this page read the pixels: they come from another site', {
      where,
      remedy: 'Set crossorigin="anonymous" before src, and let that site send Access-Control-Allow-Origin.',
      cause,
    });
  }
}
