import { ImageError } from '../errors.ts';
import { MAX_PICTURE_PX, MAX_PICTURE_SIDE_PX } from '../limits.ts';

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Enough of a file for its size; in a JPEG, of each part of it. */
const HEAD_BYTES = 4096;
/** Parts of a JPEG before its size: profiles and thumbnails come in parts of 64 kB. Files that have more are none. */
const MAX_PARTS = 200;

/**
 * The size that a picture file says it has, before anything is decoded: PNG, JPEG, GIF, WebP, BMP and AVIF. Undefined for
 * others. As stored: what EXIF says about turning it swaps the two.
 */
export async function sizeOfFile(file: Blob): Promise<Size | undefined> {
  const head = await read(file, 0);
  const { byteLength } = head;
  const starts = (at: number, text: string): boolean =>
    at + text.length <= byteLength && Array.from(text).every((c, i) => head.getUint8(at + i) === c.charCodeAt(0));
  if (byteLength < 30) return undefined;
  if (starts(1, 'PNG')) return { width: head.getUint32(16), height: head.getUint32(20) };
  if (starts(0, 'GIF8')) return { width: head.getUint16(6, true), height: head.getUint16(8, true) };
  if (starts(0, 'BM')) return bmpSize(head);
  if (starts(0, 'RIFF') && starts(8, 'WEBP')) return webpSize(head, (chunk) => starts(12, chunk));
  if (starts(4, 'ftyp')) return avifSize(head, (at) => starts(at, 'ispe'));
  if (head.getUint16(0) === 0xffd8) return jpegSize(file);
  return undefined;
}

/** Throws {@link ImageError} with the limit where a picture is larger than what is decoded. */
export function checkSize({ width, height }: Size, where: string): void {
  if (width * height <= MAX_PICTURE_PX && Math.max(width, height) <= MAX_PICTURE_SIDE_PX) return;
  const [most, side] = [MAX_PICTURE_PX / 1e6, MAX_PICTURE_SIDE_PX].map((n) => n.toLocaleString('en'));
  throw new ImageError('the picture is too large', {
    where,
    expected: `at most ${most!} million pixels and ${side!} on a side`,
    got: `${width}×${height} pixels`,
    remedy: 'Make it smaller: networks look at a few hundred pixels.',
  });
}

async function read(file: Blob, at: number): Promise<DataView> {
  return new DataView(await file.slice(at, at + HEAD_BYTES).arrayBuffer());
}

/** Windows' own header and OS/2's, which has 16 bits. Where rows go from the top the height is negative. */
function bmpSize(head: DataView): Size {
  if (head.getUint32(14, true) === 12) return { width: head.getUint16(18, true), height: head.getUint16(20, true) };
  return { width: Math.abs(head.getInt32(18, true)), height: Math.abs(head.getInt32(22, true)) };
}

function webpSize(head: DataView, is: (chunk: string) => boolean): Size | undefined {
  const uint24 = (at: number): number => head.getUint16(at, true) + (head.getUint8(at + 2) << 16);
  if (is('VP8X')) return { width: uint24(24) + 1, height: uint24(27) + 1 };
  if (is('VP8 ')) return { width: head.getUint16(26, true) & 0x3fff, height: head.getUint16(28, true) & 0x3fff };
  if (!is('VP8L')) return undefined;
  const bits = head.getUint32(21, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

/** The largest of its images: tiles, thumbnails and alpha planes have boxes `ispe` of their own (ISO/IEC 23008-12, §6.5.3). */
function avifSize(head: DataView, isBox: (at: number) => boolean): Size | undefined {
  let largest: Size | undefined;
  for (let at = 8; at + 16 <= head.byteLength; at++) {
    if (!isBox(at)) continue;
    const size = { width: head.getUint32(at + 8), height: head.getUint32(at + 12) };
    if (!largest || size.width * size.height > largest.width * largest.height) largest = size;
  }
  return largest;
}

/** From part to part to the first frame (ITU-T T.81, annex B): C4, C8 and CC are tables. */
async function jpegSize(file: Blob): Promise<Size | undefined> {
  let at = 2;
  let start = 0;
  let view = await read(file, start);
  for (let part = 0; part < MAX_PARTS; part++) {
    if (at + 9 > start + view.byteLength) {
      start = at;
      view = await read(file, start);
      if (view.byteLength < 9) return undefined;
    }
    const here = at - start;
    if (view.getUint8(here) !== 0xff) return undefined;
    const marker = view.getUint8(here + 1);
    if (marker === 0xff) {
      at++; // Filling
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { width: view.getUint16(here + 7), height: view.getUint16(here + 5) };
    }
    at += 2 + view.getUint16(here + 2);
  }
  return undefined;
}
