import { ImageError } from '../errors.ts';
import { breather } from '../work/breathe.ts';
import { checkSize } from './picture-size.ts';
import { blankPicture, type Picture } from './picture.ts';
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

/**
 * Decodes a picture, hands it on, and frees it. Throws {@link ImageError}, the signal's reason when aborted.
 *
 * Not to be asked for files whose size is not known to be within the limits: decoding allocates it.
 */
export async function withBitmap<T>(
  source: Exclude<ImageBitmapSource, SVGImageElement>,
  where: string,
  signal: AbortSignal | undefined,
  use: (bitmap: ImageBitmap) => Promise<T>,
): Promise<T> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(source, DECODE);
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
  try {
    signal?.throwIfAborted();
    checkSize(bitmap, where);
    return await use(bitmap);
  } finally {
    bitmap.close();
  }
}

/** All pixels. */
export async function readBitmap(
  bitmap: ImageBitmap,
  where: string,
  signal: AbortSignal | undefined,
): Promise<Picture> {
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
  bitmap: ImageBitmap,
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
  bitmap: ImageBitmap,
  { x, y: top, width, height }: Part,
  where: string,
): Generator<Part & Picture, void, undefined> {
  const rows = Math.min(Math.max(Math.floor(STRIP_PX / width), 1), height);
  const context = new OffscreenCanvas(width, rows).getContext('2d', { willReadFrequently: true });
  if (!context) throw new ImageError('no 2D canvas', { where, got: `${width}×${rows} pixels` });
  context.fillStyle = 'white';
  for (let y = 0; y < height; y += rows) {
    const count = Math.min(rows, height - y);
    context.fillRect(0, 0, width, count);
    context.drawImage(bitmap, x, top + y, width, count, 0, 0, width, count);
    yield { x: 0, y, width, height: count, data: pixelsOf(context, width, count, where) };
  }
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
