import { checkList, checkNumber, checkWhole, shown } from '../../check.ts';
import { ArgumentError } from '../../errors.ts';
import { MAX_CHANNELS_TRAINED, MAX_IMAGE_SIDE } from '../../limits.ts';
import { sizeOf, type Shape } from '../../tensor/shape.ts';
import { tensor, type Tensor } from '../../tensor/tensor.ts';

/** Rows of numbers, one for each picture; bytes are packed by fours. */
export interface Rows {
  readonly values: Uint8Array | Float32Array;
  /** Numbers of a row. */
  readonly size: number;
}

/** Pictures and what a network should make of them. */
export interface Examples {
  readonly count: number;
  /** What a picture is: [c, h, w]. */
  readonly shape: Shape;
  /** Numbers that are wanted of each. */
  readonly outputs: number;
  readonly images: Rows;
  /** 1 for the class of a picture and 0 for others, or what else is wanted. */
  readonly targets: Rows;
  /** A network sees (number − mean) / std, for each channel. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export interface ExampleOptions {
  /** Picture after picture, channel after channel, row by row: bytes, or numbers of any size. */
  readonly images: Uint8Array | Uint8ClampedArray | Float32Array;
  readonly shape: readonly [channels: number, height: number, width: number];
  /** The class of each picture, from 0 on; needs `classes`. */
  readonly labels?: ArrayLike<number> | undefined;
  readonly classes?: number | undefined;
  /** Instead of labels: so many numbers for each picture, one after the other; needs `outputs`. */
  readonly targets?: Float32Array | undefined;
  readonly outputs?: number | undefined;
  /** What is subtracted from the numbers of each channel; 0 by default. */
  readonly mean?: readonly number[] | undefined;
  /** What they are divided by then; 255 for bytes and 1 for floats by default. */
  readonly std?: readonly number[] | undefined;
}

/**
 * Pictures in memory with their labels. Throws ArgumentError for labels that are no class, and where there are not as many of one
 * as of the other.
 */
export function examples(options: ExampleOptions): Examples {
  const { shape, labels, targets } = options;
  const [channels = 1] = checkList('the shape of a picture', shape, 3);
  for (const size of shape) checkWhole('a size of a picture', size, 1, MAX_IMAGE_SIDE);
  const values = listOf(options.images);
  const size = sizeOf(shape);
  const count = values.length / size;
  if (!Number.isInteger(count) || count === 0) {
    const expected = `a multiple of ${size} numbers, which one of ${shape.join('×')} has`;
    throw new ArgumentError('the pictures are not whole', { expected, got: String(values.length) });
  }
  const wanted = labels ? ofLabels(labels, options.classes, count) : ofTargets(targets, options.outputs, count);
  const { mean = Array<number>(channels).fill(0) } = options;
  const { std = Array<number>(channels).fill(values instanceof Uint8Array ? 255 : 1) } = options;
  for (const [name, list] of Object.entries({ mean, std })) {
    if (checkList(name, list).length === channels) continue;
    throw new ArgumentError(`${name} is not of these channels`, { expected: `${channels} numbers`, got: shown(list) });
  }
  for (const value of mean) checkNumber('mean', value);
  for (const value of std) checkNumber('std', value, { above: 0 });
  return { count, shape, outputs: wanted.size, images: { values, size }, targets: wanted, mean, std };
}

function listOf(images: unknown): Uint8Array | Float32Array {
  if (images instanceof Uint8Array || images instanceof Float32Array) return images;
  if (images instanceof Uint8ClampedArray) return new Uint8Array(images.buffer, images.byteOffset, images.length);
  throw new ArgumentError('these are no pictures', { expected: 'a Uint8Array or a Float32Array', got: shown(images) });
}

function ofLabels(labels: ArrayLike<number>, classes: number | undefined, count: number): Rows {
  const size = checkWhole('the number of classes', classes, 1, MAX_CHANNELS_TRAINED);
  if (labels.length !== count) {
    throw new ArgumentError('there is not one label for each picture', {
      expected: String(count),
      got: String(labels.length),
    });
  }
  const values = new Uint8Array(count * size);
  for (let i = 0; i < count; i++) {
    const label = labels[i]!;
    if (!(Number.isInteger(label) && label >= 0 && label < size)) {
      const expected = `a whole number from 0 to ${size - 1}`;
      throw new ArgumentError(`the label of picture ${i} is no class`, { expected, got: shown(label) });
    }
    values[i * size + label] = 1;
  }
  return { values, size };
}

function ofTargets(targets: Float32Array | undefined, outputs: number | undefined, count: number): Rows {
  if (!targets) throw new ArgumentError('there is nothing to learn', { expected: 'labels or targets' });
  const size = checkWhole('the number of outputs', outputs, 1, MAX_CHANNELS_TRAINED);
  if (targets.length === count * size) return { values: targets, size };
  const got = String(targets.length);
  throw new ArgumentError('there are not as many targets as pictures', {
    expected: `${size} for each of ${count}`,
    got,
  });
}

/** How rows are on a device. */
export interface RowsKind {
  readonly packed: boolean;
  /** Words of a row. */
  readonly length: number;
}

export function kindOf({ values, size }: Rows): RowsKind {
  const packed = values instanceof Uint8Array;
  return { packed, length: packed ? Math.ceil(size / 4) : size };
}

/** Rows as a tensor [rows, length]: those at some places, or all. */
export function rowsOf(rows: Rows, places?: Uint32Array): Tensor {
  const { values, size } = rows;
  const { packed, length } = kindOf(rows);
  const count = places ? places.length : values.length / size;
  const whole = !places && length * (packed ? 4 : 1) === size;
  if (whole && !packed) return tensor('float32', [count, length], values);
  if (whole && values.byteOffset % 4 === 0) {
    return tensor('uint32', [count, length], new Uint32Array(values.buffer, values.byteOffset, count * length));
  }
  const numbers = packed ? new Uint8Array(4 * count * length) : new Float32Array(count * length);
  const stride = packed ? 4 * length : length;
  for (let i = 0; i < count; i++) {
    const row = places ? places[i]! : i;
    numbers.set(values.subarray(row * size, (row + 1) * size), i * stride);
  }
  if (numbers instanceof Float32Array) return tensor('float32', [count, length], numbers);
  return tensor('uint32', [count, length], new Uint32Array(numbers.buffer));
}

/** Bytes that all rows take on a device. */
export function bytesOf({ images, targets, count }: Examples): number {
  return 4 * count * (kindOf(images).length + kindOf(targets).length);
}

/** The examples at some places, in their order. */
export function selected(from: Examples, places: ArrayLike<number>): Examples {
  const of = ({ values, size }: Rows): Rows => {
    const picked =
      values instanceof Uint8Array ? new Uint8Array(places.length * size) : new Float32Array(places.length * size);
    for (let i = 0; i < places.length; i++)
      picked.set(values.subarray(places[i]! * size, (places[i]! + 1) * size), i * size);
    return { values: picked, size };
  };
  return { ...from, count: places.length, images: of(from.images), targets: of(from.targets) };
}

/** The class of each picture: where its target is largest. Throws ArgumentError where targets are no classes. */
export function labelsOf({ targets: { values, size } }: Examples): Uint32Array {
  if (!(values instanceof Uint8Array)) {
    throw new ArgumentError('the pictures have no classes', { expected: 'labels', got: 'numbers' });
  }
  return Uint32Array.from({ length: values.length / size }, (_, i) =>
    values.subarray(i * size, (i + 1) * size).indexOf(1),
  );
}
