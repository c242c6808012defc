import { isFloat, ONNX_TYPES, type OnnxAttributeValue } from '../ops/exporter.ts';
import type { Shape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';

/** AttributeProto.AttributeType. */
const TYPES = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** AttributeProto. */
export function attribute(message: ProtobufWriter, name: string, value: OnnxAttributeValue): void {
  message.string(1, name);
  if (typeof value === 'number') message.int(3, value).int(20, TYPES.int);
  else if (typeof value === 'string') message.string(4, value).int(20, TYPES.string);
  else if ('float' in value) message.float(2, value.float).int(20, TYPES.float);
  else {
    for (const each of value) message.int(8, each);
    message.int(20, TYPES.ints);
  }
}

/** Bits of float16, as ONNX keeps them; no tensor here has that type. */
interface Halves {
  readonly dtype: 'float16';
  readonly shape: Shape;
  readonly bits: Uint16Array;
}

/** TensorProto. */
export function initializer(message: ProtobufWriter, name: string, given: Tensor | Halves): void {
  for (const size of given.shape) message.int(1, size);
  const [type, numbers] = 'bits' in given ? ([ONNX_TYPES.float16, given.bits] as const) : numbersOf(given);
  message
    .int(2, type)
    .string(8, name)
    .bytes(9, new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
}

function numbersOf({ dtype, data }: Tensor): readonly [type: number, numbers: ArrayBufferView] {
  if (!isFloat(dtype)) return [ONNX_TYPES.int64, BigInt64Array.from(data as ArrayLike<number>, BigInt)];
  return [ONNX_TYPES.float32, data instanceof Float32Array ? data : Float32Array.from(data)];
}

/** ValueInfoProto. */
export function valueInfo(
  message: ProtobufWriter,
  name: string,
  type: number,
  sizes: readonly (number | string)[],
  text: string | undefined,
): void {
  message.string(1, name).message(2, (of) =>
    of.message(1, (tensor) =>
      tensor.int(1, type).message(2, (dims) => {
        for (const size of sizes)
          dims.message(1, (dim) => (typeof size === 'string' ? dim.string(2, size) : dim.int(1, size)));
      }),
    ),
  );
  if (text !== undefined) message.string(3, text);
}
