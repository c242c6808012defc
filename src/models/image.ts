import { shown } from '../check.ts';
import { ImageError } from '../errors.ts';
import type { CutFileArgs } from './cut.ts';
import { cutBitmap, readBitmap, withBitmap, type Cut } from './decode.ts';
import { download, resolveUrl } from './internal/http.ts';
import { checkSize, sizeOfFile } from './picture-size.ts';
import type { Picture } from './picture.ts';
import type { InputSize } from './preprocess.ts';
import { oneByOne } from '../work/one-by-one.ts';

/**
 * An address, or in Node a path; a file, or its bytes; pixels; what a page shows. In Node files are PNG, JPEG or WebP, for
 * which `@jsquash/png`, `@jsquash/jpeg` or `@jsquash/webp` has to be installed.
 */
export type ImageSource =
  | string
  | URL
  | Blob
  | Uint8Array
  | Picture
  | ImageBitmap
  | ImageData
  | HTMLImageElement
  | HTMLCanvasElement
  | OffscreenCanvas
  | HTMLVideoElement;

/** What is not only an address, nor only bytes. */
type Source = Exclude<ImageSource, string | URL | Uint8Array>;

/**
 * From here on a picture file is decoded and scaled in a Worker, pixels: below, it takes a page's thread some 20 ms in
 * slices, and a Worker would have to be fetched first.
 */
const LARGE_PX = 4e6;
/** The same for a file that does not say how large it is, bytes. */
const LARGE_BYTES = 1e6;

interface ImageOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opaque pixels of any source of pictures; transparent parts become white. A video gives its current frame.
 *
 * Throws {@link ImageError} (HTTP, CORS, no picture, too large, nothing in it yet, pixels that the browser keeps from the
 * page), the signal's reason when aborted.
 */
export async function loadImage(source: ImageSource, { signal }: ImageOptions = {}): Promise<Picture> {
  const { picture, where } = await obtain(source, signal);
  return withBitmap(picture, where, signal, (bitmap) => readBitmap(bitmap, where, signal));
}

/** What a network sees of a picture. Large files do not hold up the page. Throws as {@link loadImage}, and ArgumentError. */
export async function cutImage(source: ImageSource, to: InputSize, { signal }: ImageOptions = {}): Promise<Cut> {
  const { picture, where, large } = await obtain(source, signal);
  if (large) return cutLarge({ file: picture as Blob, where, to: sizesOf(to) }, signal);
  return withBitmap(picture, where, signal, (bitmap) => cutBitmap(bitmap, to, where, signal));
}

/** A job's arguments are cloned: no more than it needs. */
function sizesOf({ width, height, resize }: InputSize): InputSize {
  return { width, height, resize };
}

/** A corpus asks for many at once, and each takes up to 400 MB while it is decoded. */
const inTurn = oneByOne();

function cutLarge(args: CutFileArgs, signal: AbortSignal | undefined): Promise<Cut> {
  return inTurn(async () => {
    signal?.throwIfAborted();
    const { work } = await import('../work/work.ts');
    return work({ name: 'cutFile', load: async () => (await import('./cut.ts')).cutFile }, args, { signal });
  });
}

/** Scripts without types give anything. */
function checkKind(source: unknown): void {
  if (typeof source === 'string' || (typeof source === 'object' && source !== null && !Array.isArray(source))) return;
  throw new ImageError('not a source of pictures', {
    expected: 'an address, a file, an image, a canvas, a video or pixels',
    got: shown(source),
  });
}

/** A source that can be decoded, its size within the limits as far as that can be known before. */
async function obtain(
  source: ImageSource,
  signal: AbortSignal | undefined,
): Promise<{ readonly picture: Source; readonly where: string; readonly large: boolean }> {
  signal?.throwIfAborted();
  checkKind(source);
  const { picture, where } =
    typeof source === 'string' || source instanceof URL
      ? await fetchImage(source, signal)
      : source instanceof Uint8Array
        ? { picture: new Blob([source as Uint8Array<ArrayBuffer>]), where: 'the picture' }
        : { picture: source, where: nameOf(source) };
  if (!(picture instanceof Blob)) {
    await checkReady(picture, where);
    return { picture, where, large: false };
  }
  const size = await sizeOfFile(picture).catch((cause: unknown) => {
    throw new ImageError('the file cannot be read', {
      where,
      remedy: 'Was it moved or changed? Open it again.',
      cause,
    });
  });
  signal?.throwIfAborted();
  if (size) checkSize(size, where);
  return { picture, where, large: size ? size.width * size.height > LARGE_PX : picture.size > LARGE_BYTES };
}

async function fetchImage(
  source: string | URL,
  signal: AbortSignal | undefined,
): Promise<{ readonly picture: Blob; readonly where: string }> {
  const url = resolveUrl(source, ImageError);
  const { bytes, type } = await download(url, ImageError, { signal });
  return { picture: new Blob([bytes], { type }), where: url.href };
}

/** Says in words what `createImageBitmap` reports as InvalidStateError. */
async function checkReady(source: Exclude<Source, Blob>, where: string): Promise<void> {
  let size: readonly [width: number, height: number];
  if (isA(source, 'HTMLImageElement')) {
    // A picture that fails to load rejects here, and has no size below.
    await source.decode().catch(() => undefined);
    size = [source.naturalWidth, source.naturalHeight];
  } else if (isA(source, 'HTMLVideoElement')) {
    if (source.readyState < source.HAVE_CURRENT_DATA) {
      throw new ImageError('the video has no frame yet', { where, remedy: 'Wait for its "loadeddata" event.' });
    }
    size = [source.videoWidth, source.videoHeight];
  } else {
    size = [source.width, source.height];
  }
  const [width, height] = size;
  if (width === 0 || height === 0) {
    throw new ImageError('the picture is empty or did not load', {
      where,
      got: `${width}×${height} pixels`,
    });
  }
  checkSize({ width, height }, where);
}

function nameOf(source: Source): string {
  if (source instanceof File) return source.name;
  if (isA(source, 'HTMLImageElement') || isA(source, 'HTMLVideoElement'))
    return source.currentSrc || source.src || `<${source.localName}>`;
  return Object.prototype.toString.call(source).slice('[object '.length, -1);
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
