import { ModelFormatError } from '../errors.ts';
import { halfBits, ofHalfBits } from '../tensor/halves.ts';
import { ProtobufReader } from './protobuf.ts';

/** Where the numbers of an initializer lie in a file. */
export interface InitializerData {
  readonly name: string;
  readonly at: number;
  readonly bytes: number;
  /** Bytes of a number that packs well as one: 2 and 4 of floats, 1 of others. */
  readonly unit: 1 | 2 | 4;
  readonly isFloat32: boolean;
}

/** TensorProto.DataType → bytes of a float. */
const FLOATS: Readonly<Record<number, 2 | 4>> = { 1: 4, 10: 2, 16: 2 };
const FLOAT = 1;
const EXTERNAL = 1;

/**
 * Where the numbers of all initializers of an ONNX file lie, in their order. Those that a file stores one by one are no such place.
 * Throws ModelFormatError for what is no such file, and where weights are in a file of their own.
 */
export function initializerData(bytes: Uint8Array): readonly InitializerData[] {
  const places: InitializerData[] = [];
  const reader = new ProtobufReader(bytes);
  const tensor = (): void => {
    let [name, type] = ['', 0];
    const chunks: Uint8Array[] = [];
    reader.message((tag) => {
      if (tag === 2) type = reader.varint();
      else if (tag === 8) name = reader.string();
      else if (tag === 9 || (tag === 4 && reader.hasLength)) chunks.push(reader.blob());
      else if (tag === 14 && reader.varint() === EXTERNAL) throw new RangeError(`"${name}" is in a file of its own`);
    });
    for (const chunk of chunks) {
      const float = FLOATS[type] ?? 1;
      const unit = chunk.length % float === 0 ? float : 1;
      const place = { name, at: chunk.byteOffset - bytes.byteOffset, bytes: chunk.length };
      places.push({ ...place, unit, isFloat32: type === FLOAT && unit === 4 });
    }
  };
  try {
    reader.fields(bytes.length, (tag) => {
      if (tag !== 7) return;
      reader.message((inner) => {
        if (inner === 5) tensor();
      });
    });
  } catch (cause) {
    const expected = 'an ONNX file with its weights inside';
    throw new ModelFormatError('this is no checkpoint', { expected, got: (cause as Error).message, cause });
  }
  if (places.length === 0)
    throw new ModelFormatError('there are no weights in this file', { got: `${bytes.length} bytes` });
  return places;
}

/**
 * float32 numbers of a file as float16, where these are the same to the bit, or `rounded` to the nearest; undefined where they are not,
 * or are no float32.
 */
export function halved(
  file: Uint8Array,
  { at, bytes, isFloat32 }: InitializerData,
  how: 'exact' | 'rounded' = 'exact',
): Uint8Array<ArrayBuffer> | undefined {
  if (!isFloat32) return undefined;
  const from = new DataView(file.buffer, file.byteOffset + at, bytes);
  const halves = new Uint8Array(bytes / 2);
  const to = new DataView(halves.buffer);
  for (let i = 0; i < bytes; i += 4) {
    const value = from.getFloat32(i, true);
    const half = halfBits(value);
    if (half === undefined || (how === 'exact' && !Object.is(ofHalfBits(half), value))) return undefined;
    to.setUint16(i / 2, half, true);
  }
  return halves;
}

/** float16 numbers as float32. */
export function widened(halves: Uint8Array): Uint8Array<ArrayBuffer> {
  const from = new DataView(halves.buffer, halves.byteOffset, halves.byteLength);
  const bytes = new Uint8Array(2 * halves.length);
  const to = new DataView(bytes.buffer);
  for (let i = 0; i < halves.length; i += 2) to.setFloat32(2 * i, ofHalfBits(from.getUint16(i, true)), true);
  return bytes;
}
