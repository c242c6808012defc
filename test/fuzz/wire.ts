/**
 * ONNX files as trees that can be changed and written again, whatever they then say: messages of Protocol Buffers, nested
 * where onnx.proto nests them.
 */

export type Kind =
  'model' | 'opset' | 'graph' | 'node' | 'attribute' | 'tensor' | 'value' | 'type' | 'tensorType' | 'shape' | 'dim';

/** The messages inside each message, by field number (onnx.proto). */
const NESTED: Readonly<Record<Kind, Readonly<Record<number, Kind>>>> = {
  model: { 7: 'graph', 8: 'opset' },
  opset: {},
  graph: { 1: 'node', 5: 'tensor', 11: 'value', 12: 'value', 13: 'value' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor' },
  tensor: {},
  value: { 2: 'type' },
  type: { 1: 'tensorType' },
  tensorType: { 2: 'shape' },
  shape: { 1: 'dim' },
  dim: {},
};

export interface Message {
  readonly kind: Kind;
  fields: Field[];
}

export interface Field {
  readonly tag: number;
  value: number | Uint8Array | Message;
  /** Of numbers: bytes as they are in the file where they are no varint. */
  readonly fixed?: 4 | 8;
}

export function isMessage(value: Field['value']): value is Message {
  return typeof value === 'object' && 'fields' in value;
}

/** Reads a message; what is no message where one is expected stays bytes. */
export function parse(bytes: Uint8Array, kind: Kind = 'model'): Message {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 63n) throw new RangeError('no varint');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, value));
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const [tag, wire] = [Math.floor(key / 8), key % 8];
    if (wire === 0) fields.push({ tag, value: varint() });
    else if (wire === 1 || wire === 5) {
      const fixed = wire === 1 ? 8 : 4;
      fields.push({ tag, value: bytes.slice(at, at + fixed), fixed });
      at += fixed;
    } else {
      const length = varint();
      if (wire !== 2 || length < 0 || at + length > bytes.length) throw new RangeError('no field');
      fields.push({ tag, value: nested(bytes.subarray(at, at + length), kind, tag) });
      at += length;
    }
  }
  return { kind, fields };
}

function nested(bytes: Uint8Array, kind: Kind, tag: number): Uint8Array | Message {
  const inner = NESTED[kind][tag];
  return inner === undefined ? bytes : parse(bytes, inner);
}

export function write({ fields }: Message): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (const { tag, value, fixed } of fields) {
    if (typeof value === 'number') chunks.push(varint(tag * 8), varint(value));
    else if (fixed !== undefined) chunks.push(varint(tag * 8 + (fixed === 8 ? 1 : 5)), value as Uint8Array);
    else {
      const content = isMessage(value) ? write(value) : value;
      chunks.push(varint(tag * 8 + 2), varint(content.length), content);
    }
  }
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** A whole number as Protocol Buffers write it: negative ones in ten bytes. */
export function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(Math.trunc(value)));
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return Uint8Array.from([...bytes, Number(rest)]);
}

export function message(kind: Kind, ...fields: readonly Field[]): Message {
  return { kind, fields: [...fields] };
}

export function text(tag: number, value: string): Field {
  return { tag, value: new TextEncoder().encode(value) };
}
