import { blankPicture, type Picture } from './picture.ts';

/** The tag of the orientation (Exif 3.0, §4.6.4): 1…8. */
const ORIENTATION = 0x0112;
/** Bytes before the data of a chunk of PNG, its checksum, and the file's signature. */
const [CHUNK_HEAD, CHUNK_TAIL, SIGNATURE] = [8, 4, 8];

/** What a PNG's chunk eXIf says of how it is to be turned, 1 where it says nothing. */
export function orientationOfPng(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = SIGNATURE; at + CHUNK_HEAD + CHUNK_TAIL <= bytes.length;) {
    const length = view.getUint32(at);
    const data = bytes.subarray(at + CHUNK_HEAD, at + CHUNK_HEAD + length);
    if (String.fromCharCode(...bytes.subarray(at + 4, at + CHUNK_HEAD)) === 'eXIf') return orientationOf(data);
    at += CHUNK_HEAD + length + CHUNK_TAIL;
  }
  return 1;
}

/** Of the first directory of a TIFF (TIFF 6.0, §2); 1 where there is none, or no sense in it. */
function orientationOf(tiff: Uint8Array): number {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  try {
    const little = view.getUint16(0) === 0x4949;
    const directory = view.getUint32(4, little);
    const count = view.getUint16(directory, little);
    for (let i = 0; i < count; i++) {
      const entry = directory + 2 + i * 12;
      if (view.getUint16(entry, little) !== ORIENTATION) continue;
      const value = view.getUint16(entry + 8, little);
      return value >= 1 && value <= 8 ? value : 1;
    }
  } catch {
    // It ends too early
  }
  return 1;
}

/** A picture the way its orientation says it is to be seen. */
export function turned(from: Picture, orientation: number): Picture {
  if (orientation === 1) return from;
  const { width, height } = from;
  const onItsSide = orientation >= 5;
  const to = onItsSide ? blankPicture(height, width) : blankPicture(width, height);
  const mirrored = [2, 3, 7, 8].includes(orientation);
  const upsideDown = [3, 4, 6, 7].includes(orientation);
  const [pixels, result] = [from, to].map(({ data }) => new Uint32Array(data.buffer, data.byteOffset)) as [
    Uint32Array,
    Uint32Array,
  ];
  for (let y = 0, i = 0; y < to.height; y++) {
    for (let x = 0; x < to.width; x++, i++) {
      const [column, row] = onItsSide ? [y, x] : [x, y];
      result[i] = pixels[(upsideDown ? height - 1 - row : row) * width + (mirrored ? width - 1 - column : column)]!;
    }
  }
  return to;
}
