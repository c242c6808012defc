import { sizeOf } from '../../src/tensor/shape.ts';
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
  return Float32Array.from({ length: size }, () => Math.min(Math.max(mean + deviation * random.normal(), least), most));
}

/**
 * Filters [k, c, r, s] that answer to nothing that is the same everywhere, and keep the size of a signal: of length 1. Those of an export have
 * taken in the statistics of their batch normalisation, which fit no other filters: networks with such would only saturate.
 */
function drawFilters(random: Random, count: number, taps: number, filterLength: number): Float32Array {
  const filters = new Float32Array(count * taps);
  for (let at = 0; at < filters.length; at += taps) {
    const filter = Array.from({ length: taps }, () => random.normal());
    const mean = taps > 1 ? filter.reduce((sum, n) => sum + n, 0) / taps : 0;
    const length = Math.sqrt(filter.reduce((sum, n) => sum + (n - mean) ** 2, 0));
    filters.set(
      filter.map((n) => (filterLength * (n - mean)) / length),
      at,
    );
  }
  return filters;
}

/** Lists of one number for each channel: of those only that they are small, or near 1, is kept. */
function drawList(random: Random, size: number, name: string, likeness: Likeness): Float32Array {
  if (name.endsWith('running_mean')) return draw(random, size, [0, 0.1, -1, 1]);
  if (name.endsWith('running_var')) return draw(random, size, [1, 0.1, 0.5, 2]);
  const [mean, deviation, least, most] = likeness;
  return draw(random, size, [mean, Math.min(deviation, 0.03), least, most]);
}

/**
 * An ONNX file of which export.py has left the weights out, with weights that are like them. The same in every run. Where a
 * network adds several branches again and again, filters shorter than 1 keep its signals small.
 */
export function withWeights(
  bytes: Uint8Array,
  likeness: Readonly<Record<string, Likeness>>,
  seed: number,
  filterLength = 1,
): Uint8Array<ArrayBuffer> {
  const random = new Random(seed);
  const text = new TextDecoder();
  const initializer = (field: Field): Uint8Array[] => {
    const content = bytes.subarray(field.value, field.end);
    const fields = [...fieldsOf(bytes, field.value, field.end)];
    const named = fields.find(({ tag }) => tag === TENSOR_NAME)!;
    const name = text.decode(bytes.subarray(named.value, named.end));
    const like = likeness[name];
    if (!like) return [bytes.subarray(field.start, field.end)];
    const shape = fields.flatMap(({ tag, value }) => (tag === TENSOR_DIMS ? [value] : []));
    const size = sizeOf(shape);
    const numbers =
      shape.length === 4
        ? drawFilters(random, shape[0]!, size / shape[0]!, filterLength)
        : shape.length === 1
          ? drawList(random, size, name, like)
          : draw(random, size, like);
    return withLength(GRAPH_INITIALIZER, [content, ...withLength(TENSOR_RAW_DATA, [new Uint8Array(numbers.buffer)])]);
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
