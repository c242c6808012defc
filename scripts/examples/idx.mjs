// IDX files of bytes, as MNIST has them: a word for the type and the number of axes, one for the length of each, then the bytes.
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';

const MAGIC = 0x800;

/** Bytes of a gzip-compressed IDX file of so many axes. */
export function readIdx(file, axes) {
  const bytes = gunzipSync(readFileSync(file));
  if (bytes.readUInt32BE(0) !== MAGIC + axes) throw new Error(`${file} is no IDX file of ${axes} axes of bytes`);
  return bytes.subarray(4 + 4 * axes);
}

/** Writes one, and returns how long it became. */
export function writeIdx(file, shape, bytes) {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt32BE(MAGIC + shape.length);
  for (const [axis, length] of shape.entries()) header.writeUInt32BE(length, 4 + 4 * axis);
  const packed = gzipSync(Buffer.concat([header, bytes]), { level: 9, memLevel: 9 });
  // Byte 9 says on what system it was made: 255 is unknown, so that it comes out the same everywhere (RFC 1952, §2.3.1).
  packed[9] = 255;
  writeFileSync(file, packed);
  return packed.length;
}
