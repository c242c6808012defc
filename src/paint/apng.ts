import { checkWhole } from '../check.ts';
import { ArgumentError, ShapeError } from '../errors.ts';
import { checkPicture, type Picture } from '../models/picture.ts';

/** A picture of an animation. */
export interface ApngFrame {
  readonly picture: Picture;
  /** How long it is shown, up to 65,535 ms. */
  readonly ms: number;
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** 8 bits for each of R, G, B and A; deflate, the five filters, not interlaced. */
const RGBA = [8, 6, 0, 0, 0];
/** Pixels as differences from their left neighbour. */
const SUB = 1;

/**
 * Pictures of one size as an animated PNG file that repeats for ever, with their exact values (PNG, 3rd edition, §4.9).
 * Programs that know still pictures only show the last one.
 */
export async function toApng(frames: Iterable<ApngFrame>): Promise<Blob> {
  let first: Picture | undefined;
  let last: Uint8Array | undefined;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (const { picture, ms } of frames) {
    checkPicture(picture);
    checkWhole('the duration of a frame, in ms,', ms, 0, 65_535);
    first ??= picture;
    const [expected, got] = [first, picture].map(({ width, height }) => `${width}×${height}`) as [string, string];
    if (got !== expected) throw new ShapeError('the pictures of an animation differ in size', { expected, got });
    last = await deflated(filtered(picture));
    const place = uint32(chunks.length, picture.width, picture.height, 0, 0);
    // Duration in thousandths of a second; each is shown instead of the one before
    chunks.push(chunk('fcTL', place, [ms >> 8, ms, 1000 >> 8, 1000, 0, 0]));
    chunks.push(chunk('fdAT', uint32(chunks.length), last));
  }
  if (!first || !last) throw new ArgumentError('there is nothing to animate', { expected: 'at least one picture' });
  const header = chunk('IHDR', uint32(first.width, first.height), RGBA);
  const start = [header, chunk('acTL', uint32(chunks.length / 2, 0)), chunk('IDAT', last)];
  return new Blob([SIGNATURE, ...start, ...chunks, chunk('IEND')], { type: 'image/png' });
}

/** Rows, each after its filter. */
function filtered({ width, height, data }: Picture): Uint8Array<ArrayBuffer> {
  const row = 4 * width;
  const rows = new Uint8Array((row + 1) * height);
  for (let y = 0, to = 0; y < height; y++) {
    rows[to++] = SUB;
    for (let i = y * row; i < (y + 1) * row; i++) rows[to++] = data[i]! - (i < y * row + 4 ? 0 : data[i - 4]!);
  }
  return rows;
}

async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Length, type, data, and a checksum of type and data. */
function chunk(type: string, ...parts: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(length + 12);
  let at = 0;
  for (const part of [uint32(length), new TextEncoder().encode(type), ...parts]) {
    bytes.set(part, at);
    at += part.length;
  }
  bytes.set(uint32(crc32(bytes.subarray(4, at))), at);
  return bytes;
}

/** The bytes of numbers, the highest first. */
function uint32(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value >>> 24, value >>> 16, value >>> 8, value]));
}

/** Remainders of single bytes (PNG, annex D). */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1;
  return rest;
});

function crc32(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = REMAINDERS[(rest ^ byte) & 255]! ^ (rest >>> 8);
  return ~rest;
}
