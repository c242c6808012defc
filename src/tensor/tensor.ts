import { checkChoice } from '../check.ts';
import { ShapeError } from '../errors.ts';
import { formatShape, sizeOf, type Shape } from './shape.ts';

/** Element types inside a graph. float16 files become float32 on import; `uint32` holds pooling switches. */
export type DType = 'float32' | 'float64' | 'int32' | 'int64' | 'uint32' | 'uint8' | 'bool';

/**
 * Numbers of any tensor. int64 lives in a Float64Array (shapes and indices are far below 2^53; larger magnitudes, such
 * as "to the end" in Slice, are clamped on import), so that all arithmetic on the CPU is on plain numbers.
 */
export type Data = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

/** A dense row-major tensor in memory. Immutable by convention: its identity is the key under which the GPU copy is shared. */
export interface Tensor {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: Data;
}

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: Float64Array,
  uint32: Uint32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

const DTYPES = Object.keys(ARRAYS) as DType[];

/** Bytes of one number in memory. */
export function bytesOfOne(dtype: DType): number {
  return ARRAYS[dtype].BYTES_PER_ELEMENT;
}

/** Wraps or converts numbers into a tensor. Throws {@link ShapeError} when their count is not the shape's. */
export function tensor(dtype: DType, shape: Shape, values: ArrayLike<number>): Tensor {
  checkChoice('type of numbers', dtype, DTYPES);
  if (!isShape(shape) || !isNumbers(values)) {
    throw new ShapeError('a tensor has a shape and numbers', { expected: 'sizes of its axes, and a list of numbers' });
  }
  if (values.length !== sizeOf(shape)) {
    throw new ShapeError('the data do not fill the shape', {
      expected: `${String(sizeOf(shape))} values for ${formatShape(shape)}`,
      got: String(values.length),
    });
  }
  const array = ARRAYS[dtype];
  return { dtype, shape, data: values instanceof array ? values : new array(values) };
}

function isShape(shape: unknown): boolean {
  return Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && size >= 0);
}

/** Long lists are not looked through. */
function isNumbers(values: unknown): boolean {
  if (ArrayBuffer.isView(values)) return true;
  return Array.isArray(values) && values.every((value) => typeof value === 'number');
}

/** A tensor's numbers as backends hold them, in four bytes each: uint32 stays, all else is float32. */
export function fourByteNumbers({ dtype, data }: Tensor): Float32Array | Uint32Array {
  if (dtype === 'uint32') return data instanceof Uint32Array ? data : Uint32Array.from(data);
  return data instanceof Float32Array ? data : Float32Array.from(data);
}

/** A float32 tensor. */
export function float32(shape: Shape, values: ArrayLike<number>): Tensor {
  return tensor('float32', shape, values);
}
