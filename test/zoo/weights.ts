import { Random } from '../support/random.ts';

/** What the weights of a tensor are like. */
export type Likeness = readonly [mean: number, deviation: number, least: number, most: number];

/** Fields of ONNX's messages (onnx.proto). */
const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;
const TENSOR_DIMS = 1;
const TENSOR_NAME = 8;
const TENSOR_RAW_DATA = 9;
const WITH_LENGTH = 2;

interface Field {
  readonly tag: number;
  /** Of the whole field, its key included. */
  readonly start: number;
  readonly end: number;
  /** Where a value with a length begins, or the number itself. */
  readonly value: number;
}

/** Fields of a message between two places of a file, as export.py writes it. */
function* fieldsOf(bytes: Uint8Array, from: number, to: number): Generator<Field> {
  let at = from;
  const varint = (): number => {
    let [number, factor] = [0, 1];
    for (; ; factor *= 128) {
      const byte = bytes[at++]!;
      number += (byte & 127) * factor;
      if (byte < 128) return number;
    }
  };
  while (at < to) {
    const start = at;
    const key = varint();
    const kind = key & 7;
    let value = at;
    if (kind === WITH_LENGTH) {
      const length = varint();
      value = at;
      at += length;
    } else if (kind === 0) value = varint();
    else at += kind === 1 ? 8 : 4;
    yield { tag: key >>> 3, start, end: at, value };
  }
}

function varintOf(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varintOf(Math.floor(value / 128))];
}

/** A field with a length. */
function withLength(tag: number, parts: readonly Uint8Array[]): Uint8Array[] {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return [Uint8Array.of(...varintOf(tag * 8 + WITH_LENGTH), ...varintOf(length)), ...parts];
}

/** Numbers of a normal distribution, within bounds. */
function draw(random: Random, size: number, [mean, deviation, least, most]: Likeness): Float32Array {
  const numbers = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    numbers[i] = Math.min(Math.max(mean + deviation * random.normal(), least), most);
  }
  return numbers;
}

/** An ONNX file of which export.py has left the weights out, with weights that are like them. The same in every run. */
export function withWeights(
  bytes: Uint8Array,
  likeness: Readonly<Record<string, Likeness>>,
  seed: number,
): Uint8Array<ArrayBuffer> {
  const random = new Random(seed);
  const text = new TextDecoder();
  const initializer = (field: Field): Uint8Array[] => {
    const content = bytes.subarray(field.value, field.end);
    const fields = [...fieldsOf(bytes, field.value, field.end)];
    const named = fields.find(({ tag }) => tag === TENSOR_NAME)!;
    const like = likeness[text.decode(bytes.subarray(named.value, named.end))];
    if (!like) return [bytes.subarray(field.start, field.end)];
    const size = fields.reduce((product, { tag, value }) => (tag === TENSOR_DIMS ? product * value : product), 1);
    const numbers = new Uint8Array(draw(random, size, like).buffer);
    return withLength(GRAPH_INITIALIZER, [content, ...withLength(TENSOR_RAW_DATA, [numbers])]);
  };
  const graph = (field: Field): Uint8Array[] =>
    withLength(
      MODEL_GRAPH,
      [...fieldsOf(bytes, field.value, field.end)].flatMap((inner) =>
        inner.tag === GRAPH_INITIALIZER ? initializer(inner) : [bytes.subarray(inner.start, inner.end)],
      ),
    );
  const parts = [...fieldsOf(bytes, 0, bytes.length)].flatMap((field) =>
    field.tag === MODEL_GRAPH ? graph(field) : [bytes.subarray(field.start, field.end)],
  );
  const result = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
