/** Kinds of values. */
const VARINT = 0;
const EIGHT_BYTES = 1;
const WITH_LENGTH = 2;
const FOUR_BYTES = 5;

const text = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads the wire format of protocol buffers. Throws RangeError where it is broken; nothing beyond the bytes is read. */
export class ProtobufReader {
  readonly bytes: Uint8Array;
  /** Of the next byte. */
  at = 0;
  /** Kind of the value of the field that is being read. */
  #kind = VARINT;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Whether the value has a length: text, bytes, a message, or packed numbers. */
  get hasLength(): boolean {
    return this.#kind === WITH_LENGTH;
  }

  /**
   * Reads the fields of a message up to `end`. `field` reads its value or leaves it, to be skipped. A length is checked before
   * anything is read.
   */
  fields(end: number, field: (tag: number) => void): void {
    while (this.at < end) {
      const key = this.varint();
      this.#kind = key & 7;
      const start = this.at;
      const after = this.#skip();
      if (this.hasLength && !(after <= end)) {
        throw new RangeError(`a field of ${String(after - this.at)} bytes where ${String(end - this.at)} are left`);
      }
      this.at = start;
      field(key >>> 3);
      if (this.at === start) this.at = after;
    }
    if (this.at !== end) throw new RangeError('a field that does not end where its message ends');
  }

  /** A nested message. */
  message(field: (tag: number) => void): void {
    this.fields(this.#end(), field);
  }

  /** Up to 64 bits; `signed` in two's complement. */
  varint(signed = false): number {
    let [low, high] = [0, 0];
    for (let i = 0; i < 10; i++) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new RangeError('a number that is cut off');
      const bits = byte & 127;
      if (i < 5) low += (i < 4 ? bits : bits & 15) * 2 ** (7 * i);
      if (i === 4) high = bits >> 4;
      else if (i > 4) high += bits * 2 ** (7 * i - 32);
      if (byte < 128) return (signed ? high | 0 : high >>> 0) * 2 ** 32 + low;
    }
    throw new RangeError('a number of more than 64 bits');
  }

  float(): number {
    return this.#view.getFloat32(this.fixed(4), true);
  }

  /** Passes over so many bytes and says where they begin. */
  fixed(size: number): number {
    this.at += size;
    return this.at - size;
  }

  string(): string {
    return text.decode(this.blob());
  }

  /** A view of the bytes. */
  blob(): Uint8Array {
    const end = this.#end();
    const start = this.at;
    this.at = end;
    return this.bytes.subarray(start, end);
  }

  /** Calls back for each value of a repeated number, which come packed into one or one by one. */
  each(read: () => void): void {
    const end = this.hasLength ? this.#end() : this.at + 1;
    while (this.at < end) read();
  }

  /** Where a value with a length ends. */
  #end(): number {
    if (!this.hasLength) throw new RangeError('a number where text or a message is expected');
    const length = this.varint();
    return this.at + length;
  }

  /** Where the value ends; goes to its first byte behind a length. */
  #skip(): number {
    switch (this.#kind) {
      case VARINT:
        this.varint();
        return this.at;
      case EIGHT_BYTES:
        return this.at + 8;
      case FOUR_BYTES:
        return this.at + 4;
      case WITH_LENGTH:
        return this.#end();
    }
    throw new RangeError(`a field of kind ${String(this.#kind)}`);
  }
}
