import { shown } from '../check.ts';
import { ArgumentError } from '../errors.ts';
import { MAX_IMAGE_SIDE, MAX_UNPACKED_BYTES } from '../limits.ts';
import { examples, type Examples } from '../methods/training/examples.ts';
import { unpackAside } from '../work/unpack-aside.ts';

/** A file as it was read or picked, gzip-compressed or not. */
export type IdxFile = Uint8Array<ArrayBuffer> | Blob;

export interface IdxExampleOptions {
  /** Bytes [n, h, w] or [n, c, h, w]. */
  readonly images: IdxFile;
  /** Bytes [n]: the class of each picture, from 0 on. */
  readonly labels: IdxFile;
  /** As many as the largest label says by default. */
  readonly classes?: number | undefined;
  /** As of {@link examples}. */
  readonly mean?: readonly number[] | undefined;
  readonly std?: readonly number[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes in a row, with the sizes of their axes. */
interface IdxArray {
  readonly shape: readonly number[];
  readonly values: Uint8Array<ArrayBuffer>;
}

/** What an IDX file may hold, by the third byte of it (LeCun, "The MNIST database", file formats). */
const BYTES = 0x08;
const TYPES: Readonly<Record<number, string>> = {
  [BYTES]: 'bytes',
  0x09: 'signed bytes',
  0x0b: 'shorts',
  0x0c: 'integers',
  0x0d: 'floats',
  0x0e: 'doubles',
};

/** What it begins with and what it ends with: RFC 1952, §2.3.1. */
const GZIP = { signature: [0x1f, 0x8b], leastBytes: 18 };

/**
 * Pictures with their labels in the format of MNIST, which Fashion-MNIST, KMNIST, EMNIST and others have too.
 *
 * Throws {@link ArgumentError}, which names the file, where one is damaged, holds something else than bytes, or more than
 * {@link MAX_UNPACKED_BYTES}, where there are not as many labels as pictures, and for a label that is no class; AbortError.
 */
export async function readIdxExamples(options: IdxExampleOptions): Promise<Examples> {
  const { mean, std, signal } = options;
  const [pictures, labels] = await Promise.all([
    readIdx(options.images, 'the file of pictures', [3, 4], signal),
    readIdx(options.labels, 'the file of labels', [1], signal),
  ]);
  const [count, ...rest] = pictures.shape as [number, ...number[]];
  if (labels.values.length !== count) {
    throw new ArgumentError('there is not one label for each picture', {
      expected: String(count),
      got: String(labels.values.length),
      remedy: 'Take the two files of one set.',
    });
  }
  const classes = options.classes ?? labels.values.reduce((most, label) => Math.max(most, label), 0) + 1;
  if (count * classes > MAX_UNPACKED_BYTES) throw tooMuch('the table of classes', [count, classes]);
  const shape = (rest.length === 2 ? [1, ...rest] : rest) as [number, number, number];
  return examples({ images: pictures.values, shape, labels: labels.values, classes, mean, std });
}

/** Bytes in an IDX file of so many axes. Throws ArgumentError. */
async function readIdx(
  file: IdxFile,
  name: string,
  axes: readonly number[],
  signal: AbortSignal | undefined,
): Promise<IdxArray> {
  const where = file instanceof File && file.name ? file.name : name;
  const bytes = await unpacked(await bytesOf(file, where), where, signal);
  const wrong = (what: string, expected: string, got: string): ArgumentError =>
    new ArgumentError(what, { where, expected, got });

  const [zero0, zero1, type = 0, count = 0] = bytes;
  if (zero0 !== 0 || zero1 !== 0 || !Object.hasOwn(TYPES, type)) {
    const expected = 'an IDX file, which begins with 00 00 08';
    throw wrong('not a file of the format of MNIST', expected, hex(bytes.subarray(0, 4)) || 'nothing');
  }
  if (type !== BYTES) throw wrong('the numbers of the file are of another type', 'bytes', TYPES[type]!);
  if (!axes.includes(count)) throw wrong('the file has other axes', axes.join(' or '), String(count));

  const header = 4 + 4 * count;
  const ends = 'the file ends too early, or is damaged';
  if (bytes.length < header) throw wrong(ends, `a header of ${header} bytes`, `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const shape = Array.from({ length: count }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = shape.reduce((product, length) => product * length, 1);
  if (size === 0) throw wrong('there is nothing in the file', 'some pictures', shape.join('×'));
  if (size > MAX_UNPACKED_BYTES) throw tooMuch(where, shape);
  const side = Math.max(...shape.slice(1));
  if (side > MAX_IMAGE_SIDE)
    throw wrong('the pictures are too large', `at most ${MAX_IMAGE_SIDE} a side`, String(side));
  const values = bytes.subarray(header);
  if (values.length !== size) throw wrong(ends, `${size} bytes for ${shape.join('×')}`, `${values.length} bytes`);
  return { shape, values };
}

function tooMuch(where: string, shape: readonly number[]): ArgumentError {
  return new ArgumentError('this is too much for a page', {
    where,
    expected: `at most ${MAX_UNPACKED_BYTES.toLocaleString('en')} bytes`,
    got: shape.join('×'),
  });
}

async function bytesOf(file: unknown, where: string): Promise<Uint8Array<ArrayBuffer>> {
  if (file instanceof Uint8Array) return file as Uint8Array<ArrayBuffer>;
  if (!(file instanceof Blob)) {
    throw new ArgumentError('this is no file', { where, expected: 'a File, a Blob or a Uint8Array', got: shown(file) });
  }
  if (file.size > MAX_UNPACKED_BYTES) throw tooMuch(where, [file.size]);
  return new Uint8Array(await file.arrayBuffer());
}

/** The bytes themselves where they are not compressed: an IDX file begins with a zero. */
async function unpacked(
  packed: Uint8Array<ArrayBuffer>,
  where: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  signal?.throwIfAborted();
  if (GZIP.signature.some((byte, i) => packed[i] !== byte)) return packed;
  const { length } = packed;
  // It ends with the number of bytes that are in it.
  const bytes =
    length < GZIP.leastBytes ? 0 : new DataView(packed.buffer, packed.byteOffset + length - 4).getUint32(0, true);
  if (bytes > MAX_UNPACKED_BYTES) {
    throw new ArgumentError('the gzip data hold too much, or end too early', {
      where,
      expected: `at most ${MAX_UNPACKED_BYTES.toLocaleString('en')} bytes`,
      got: bytes.toLocaleString('en'),
    });
  }
  try {
    return await unpackAside({ data: new Blob([packed]), format: 'gzip', bytes }, signal);
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ArgumentError('the gzip data are damaged or end too early', { where, got: `${length} bytes`, cause });
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
