import { shown } from '../check.ts';
import { ImageError } from '../errors.ts';
import { get, resolveUrl } from './internal/http.ts';
import type { Picture } from './picture.ts';

export type ImageSource =
  | string
  | URL
  | Blob
  | ImageBitmap
  | ImageData
  | HTMLImageElement
  | HTMLCanvasElement
  | OffscreenCanvas
  | HTMLVideoElement;

/**
 * The pixels are the file's own numbers, as a training pipeline reads them: turned the way EXIF says, no colour management.
 * Alpha is dealt with afterwards, by painting on white.
 */
const DECODE: ImageBitmapOptions = {
  imageOrientation: 'from-image',
  colorSpaceConversion: 'none',
  premultiplyAlpha: 'none',
};

/**
 * Opaque pixels of any source of pictures; transparent parts become white. A video gives its current frame.
 *
 * Throws {@link ImageError} (HTTP, CORS, no picture, nothing in it yet, pixels that the browser keeps from the page), the
 * signal's reason when aborted.
 */
export async function loadImage(
  source: ImageSource,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Picture> {
  signal?.throwIfAborted();
  checkKind(source);
  if (typeof source !== 'string' && !(source instanceof URL)) return readPixels(source, nameOf(source), signal);
  const url = resolveUrl(source, ImageError);
  const response = await get(url, signal, ImageError);
  let file: Blob;
  try {
    file = await response.blob();
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ImageError('the connection broke off', { where: url.href, remedy: 'Try again.', cause });
  }
  return readPixels(file, url.href, signal);
}

/** Scripts without types give anything. */
function checkKind(source: unknown): void {
  if (typeof source === 'string' || (typeof source === 'object' && source !== null && !Array.isArray(source))) return;
  throw new ImageError('not a source of pictures', {
    expected: 'an address, a file, an image, a canvas, a video or pixels',
    got: shown(source),
  });
}

async function readPixels(
  source: Exclude<ImageSource, string | URL>,
  where: string,
  signal: AbortSignal | undefined,
): Promise<Picture> {
  await checkReady(source, where);
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
    return pixelsOf(bitmap, where);
  } finally {
    bitmap.close();
  }
}

/** Says in words what `createImageBitmap` reports as InvalidStateError. */
async function checkReady(source: Exclude<ImageSource, string | URL>, where: string): Promise<void> {
  let size: readonly [number, number] | undefined;
  if (isA(source, 'HTMLImageElement')) {
    // A picture that fails to load rejects here, and has no size below.
    await source.decode().catch(() => undefined);
    size = [source.naturalWidth, source.naturalHeight];
  } else if (isA(source, 'HTMLVideoElement')) {
    if (source.readyState < source.HAVE_CURRENT_DATA) {
      throw new ImageError('the video has no frame yet', { where, remedy: 'Wait for its "loadeddata" event.' });
    }
    size = [source.videoWidth, source.videoHeight];
  } else if (!(source instanceof Blob)) {
    size = [source.width, source.height];
  }
  if (size && (size[0] === 0 || size[1] === 0)) {
    throw new ImageError('the picture is empty or did not load', {
      where,
      got: `${size[0]}×${size[1]} pixels`,
    });
  }
}

function pixelsOf(bitmap: ImageBitmap, where: string): Picture {
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new ImageError('no 2D canvas', { where, got: `${width}×${height} pixels` });
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0);
  try {
    return context.getImageData(0, 0, width, height);
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

function nameOf(source: Exclude<ImageSource, string | URL>): string {
  if (source instanceof File) return source.name;
  if (isA(source, 'HTMLImageElement') || isA(source, 'HTMLVideoElement'))
    return source.currentSrc || source.src || `<${source.localName}>`;
  return shown(source);
}

interface Elements {
  readonly HTMLImageElement: HTMLImageElement;
  readonly HTMLVideoElement: HTMLVideoElement;
}

/** `instanceof` that also works in a worker, where these classes do not exist. */
function isA<K extends keyof Elements>(value: unknown, name: K): value is Elements[K] {
  const type = (globalThis as Record<string, unknown>)[name];
  return typeof type === 'function' && value instanceof type;
}
