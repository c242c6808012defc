const UTF8 = new TextEncoder();

/** Writes the wire format of protocol buffers, as far as ONNX needs it (protobuf.dev/programming-guides/encoding). */
export class ProtobufWriter {
  readonly #parts: Uint8Array[] = [];
  #size = 0;

  /** Bytes so far. */
  finish(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.#size);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  /** A whole number; negative ones take ten bytes, as two's complement of 64 bits. */
  int(tag: number, value: number): this {
    return this.#varint(BigInt(8 * tag)).#varint(BigInt.asUintN(64, BigInt(value)));
  }

  float(tag: number, value: number): this {
    return this.#varint(BigInt(8 * tag + 5)).#push(new Uint8Array(Float32Array.of(value).buffer));
  }

  bytes(tag: number, value: Uint8Array): this {
    return this.#varint(BigInt(8 * tag + 2))
      .#varint(BigInt(value.length))
      .#push(value);
  }

  string(tag: number, value: string): this {
    return this.bytes(tag, UTF8.encode(value));
  }

  message(tag: number, write: (message: ProtobufWriter) => void): this {
    const message = new ProtobufWriter();
    write(message);
    return this.bytes(tag, message.finish());
  }

  #varint(value: bigint): this {
    const bytes: number[] = [];
    let rest = value;
    for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
    bytes.push(Number(rest));
    return this.#push(Uint8Array.from(bytes));
  }

  #push(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    this.#size += bytes.length;
    return this;
  }
}
