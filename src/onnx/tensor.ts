import { ModelFormatError } from '../errors.ts';
import { MAX_AXES } from '../limits.ts';
import { formatShape, sizeOf, type Shape } from '../tensor/shape.ts';
import type { Data, DType, Tensor } from '../tensor/tensor.ts';
import type { OnnxValue } from './model.ts';

/** Where the bytes of a tensor are when they are not in the model file. */
export interface ExternalData {
  /** Path relative to the model file. */
  readonly location: string;
  readonly offset: number;
  /** Undefined: to the end of the file. */
  readonly length: number | undefined;
}

/** A TensorProto before its numbers are made sense of. */
export interface RawTensor {
  readonly name: string;
  readonly dims: readonly number[];
  /** Code of TensorProto.DataType. */
  readonly type: number;
  /** raw_data, or packed float_data or double_data, whose encoding is the same little-endian bytes. */
  readonly bytes: readonly Uint8Array[];
  /** int32_data, int64_data or uint64_data. */
  readonly numbers: readonly number[];
  readonly external: ExternalData | undefined;
}

interface ElementType {
  readonly name: string;
  readonly bytes: number;
  readonly dtype: DType;
  readonly fromBytes: (bytes: Uint8Array) => Data;
  /** From the typed field; the same as `dtype`'s own array unless given. */
  readonly fromNumbers?: (numbers: readonly number[]) => Data;
}

const EXACT = 2 ** 53;
const clampInt64 = (value: number): number => Math.min(Math.max(value, -EXACT), EXACT);

/** A view where the bytes lie aligned in memory, a copy where not. The machines WebGPU runs on are little-endian. */
function view<A>(array: new (buffer: ArrayBufferLike, offset: number, length: number) => A, size: number) {
  return (bytes: Uint8Array): A => {
    // What Node reads is a Buffer, whose own `slice` copies nothing.
    const at = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
    return new array(at.buffer, at.byteOffset, at.length / size);
  };
}

const uint16 = view(Uint16Array, 2);
const uint32 = view(Uint32Array, 4);

/** 64-bit integers as plain numbers, clamped to ±2^53 (files write 2^63−1 for "to the end"). */
function int64(signed: boolean) {
  return (bytes: Uint8Array): Float64Array => {
    const words = uint32(bytes);
    const numbers = new Float64Array(words.length / 2);
    for (let i = 0; i < numbers.length; i++) {
      const high = words[2 * i + 1]!;
      numbers[i] = clampInt64((signed ? high | 0 : high) * 2 ** 32 + words[2 * i]!);
    }
    return numbers;
  };
}

function float16(bits: ArrayLike<number>): Float32Array {
  const result = new Float32Array(bits.length);
  const words = new Uint32Array(result.buffer);
  for (let i = 0; i < bits.length; i++) {
    // In the place of a float32's its bits mean a number 2^112 times smaller, but for those of infinity and NaN.
    const half = bits[i]!;
    words[i] = ((half & 0x8000) << 16) | ((half & 0x7fff) << 13);
    result[i]! *= ~half & 0x7c00 ? 2 ** 112 : half & 0x3ff ? NaN : Infinity;
  }
  return result;
}

function bfloat16(bits: ArrayLike<number>): Float32Array {
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = bits[i]! << 16;
  return new Float32Array(words.buffer);
}

/** TensorProto.DataType by code. Those without a counterpart here have a name only. */
const ELEMENT_TYPES: Readonly<Record<number, ElementType>> = {
  1: { name: 'float', bytes: 4, dtype: 'float32', fromBytes: view(Float32Array, 4) },
  2: { name: 'uint8', bytes: 1, dtype: 'uint8', fromBytes: (bytes) => bytes },
  3: { name: 'int8', bytes: 1, dtype: 'int32', fromBytes: (bytes) => new Int32Array(view(Int8Array, 1)(bytes)) },
  4: { name: 'uint16', bytes: 2, dtype: 'int32', fromBytes: (bytes) => new Int32Array(uint16(bytes)) },
  5: { name: 'int16', bytes: 2, dtype: 'int32', fromBytes: (bytes) => new Int32Array(view(Int16Array, 2)(bytes)) },
  6: { name: 'int32', bytes: 4, dtype: 'int32', fromBytes: view(Int32Array, 4) },
  7: { name: 'int64', bytes: 8, dtype: 'int64', fromBytes: int64(true) },
  9: { name: 'bool', bytes: 1, dtype: 'bool', fromBytes: (bytes) => bytes },
  10: { name: 'float16', bytes: 2, dtype: 'float32', fromBytes: (b) => float16(uint16(b)), fromNumbers: float16 },
  11: { name: 'double', bytes: 8, dtype: 'float64', fromBytes: view(Float64Array, 8) },
  12: { name: 'uint32', bytes: 4, dtype: 'int64', fromBytes: (bytes) => new Float64Array(uint32(bytes)) },
  13: { name: 'uint64', bytes: 8, dtype: 'int64', fromBytes: int64(false) },
  16: { name: 'bfloat16', bytes: 2, dtype: 'float32', fromBytes: (b) => bfloat16(uint16(b)), fromNumbers: bfloat16 },
};

const OTHER_NAMES: Readonly<Record<number, string>> = {
  0: 'undefined',
  8: 'string',
  14: 'complex64',
  15: 'complex128',
  17: 'float8e4m3fn',
  18: 'float8e4m3fnuz',
  19: 'float8e5m2',
  20: 'float8e5m2fnuz',
  21: 'uint4',
  22: 'int4',
  23: 'float4e2m1',
};

const FROM_NUMBERS: Partial<Record<DType, (numbers: readonly number[]) => Data>> = {
  int32: (numbers) => Int32Array.from(numbers),
  uint8: (numbers) => Uint8Array.from(numbers),
  bool: (numbers) => Uint8Array.from(numbers),
  int64: (numbers) => Float64Array.from(numbers, clampInt64),
};

export function elementTypeName(code: number): string {
  return ELEMENT_TYPES[code]?.name ?? OTHER_NAMES[code] ?? `type ${String(code)}`;
}

/** The type tensors of an ONNX element type have here, undefined where they have none. */
export function dtypeOf(elementType: string | undefined): DType | undefined {
  return Object.values(ELEMENT_TYPES).find(({ name }) => name === elementType)?.dtype;
}

/** Of an output, which holds floats where the file says nothing else. */
export function isFloat({ elementType }: OnnxValue): boolean {
  return dtypeOf(elementType)?.startsWith('float') ?? true;
}

/** The numbers of a tensor, undefined where its element type has no counterpart. Throws {@link ModelFormatError}. */
export function decodeTensor(raw: RawTensor, externalBytes: Uint8Array | undefined): Tensor | undefined {
  const where = raw.name === '' ? 'a constant' : `initializer "${raw.name}"`;
  if (raw.dims.length > MAX_AXES) {
    const expected = `at most ${String(MAX_AXES)}`;
    throw new ModelFormatError('too many axes', { where, expected, got: String(raw.dims.length) });
  }
  if (raw.dims.some((dim) => dim < 0)) {
    throw new ModelFormatError('a negative size', { where, got: formatShape(raw.dims) });
  }
  const type = ELEMENT_TYPES[raw.type];
  if (!type) return undefined;

  const count = sizeOf(raw.dims);
  const check = (unit: string, wanted: number, got: number): void => {
    if (wanted === got) return;
    throw new ModelFormatError('its data do not fill its shape', {
      where,
      expected: `${wanted.toLocaleString('en')} ${unit} for ${formatShape(raw.dims)} ${type.name}`,
      got: got.toLocaleString('en'),
      remedy: 'The file is damaged or was written wrongly.',
    });
  };
  const { dtype } = type;
  const shape: Shape = [...raw.dims];
  if (externalBytes === undefined && raw.bytes.length === 0 && raw.numbers.length > 0) {
    check('values', count, raw.numbers.length);
    const fromNumbers = type.fromNumbers ?? FROM_NUMBERS[dtype];
    if (!fromNumbers) throw new ModelFormatError(`integers where ${type.name} is expected`, { where });
    return { dtype, shape, data: fromNumbers(raw.numbers) };
  }
  const bytes = externalBytes ?? joined(raw.bytes);
  check('bytes', count * type.bytes, bytes.length);
  return { dtype, shape, data: type.fromBytes(bytes) };
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
