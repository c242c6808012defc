import type { Picture } from '../models/picture.ts';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** 8 bits for each of R, G, B and A; deflate, the five filters, not interlaced. */
const RGBA = [8, 6, 0, 0, 0];
/** Pixels as differences from their left neighbour. */
const SUB = 1;

/** A file of these chunks, and the last one. */
export function pngOf(chunks: readonly Uint8Array<ArrayBuffer>[]): Blob {
  return new Blob([SIGNATURE, ...chunks, chunk('IEND')], { type: 'image/png' });
}

/** The first chunk. */
export function headerOf({ width, height }: Picture): Uint8Array<ArrayBuffer> {
  return chunk('IHDR', uint32(width, height), RGBA);
}

/** The compressed rows of a picture, each after its filter. */
export async function deflated(picture: Picture): Promise<Uint8Array> {
  const stream = new Blob([filtered(picture)]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function filtered({ width, height, data }: Picture): Uint8Array<ArrayBuffer> {
  const row = 4 * width;
  const rows = new Uint8Array((row + 1) * height);
  for (let y = 0, to = 0; y < height; y++) {
    rows[to++] = SUB;
    for (let i = y * row; i < (y + 1) * row; i++) rows[to++] = data[i]! - (i < y * row + 4 ? 0 : data[i - 4]!);
  }
  return rows;
}

/** Length, type, data, and a checksum of type and data. */
export function chunk(type: string, ...parts: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
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
export function uint32(...values: readonly number[]): Uint8Array {
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
