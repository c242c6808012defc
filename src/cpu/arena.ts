import { OutOfMemoryError } from '../errors.ts';
import type { DType } from '../tensor/tensor.ts';

const PAGE_BYTES = 65_536;
/** 4 GB is all that 32 bits address. */
const MAX_PAGES = 65_536;
/** Where two vectors after the last number may be read, though nothing comes of them. */
const MARGIN_BYTES = 64;
/** A line of the cache: what begins there is loaded with few lines. */
const ALIGNMENT_BYTES = 64;

/** Memory that grows by pages, as a `WebAssembly.Memory` does. */
export interface GrowingMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): unknown;
}

interface Piece {
  readonly at: number;
  readonly bytes: number;
}

/** The memory of all that is computed: pieces are handed out at the first place that is large enough, and come back. */
export class Arena {
  readonly memory: GrowingMemory;
  /** Nothing beyond is in use. */
  #top = ALIGNMENT_BYTES;
  /** Ascending; no two are neighbours, and none reaches the top. */
  readonly #free: Piece[] = [];
  readonly #taken = new Map<number, number>();

  constructor(memory: GrowingMemory = pages()) {
    this.memory = memory;
  }

  /** Pieces that are handed out. */
  get pieces(): number {
    return this.#taken.size;
  }

  /** Bytes of what lies at an address that {@link take} gave. */
  bytesAt(at: number): number {
    return this.#taken.get(at) ?? 0;
  }

  /** The address of so many bytes for what `label` names. Throws {@link OutOfMemoryError} where there are none left. */
  take(label: string, length: number): number {
    const bytes = Math.ceil((length + MARGIN_BYTES) / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    const fits = this.#free.findIndex((piece) => piece.bytes >= bytes);
    if (fits < 0) return this.#extend(label, bytes);
    const piece = this.#free[fits]!;
    const rest = piece.bytes - bytes;
    this.#free.splice(fits, 1, ...(rest > 0 ? [{ at: piece.at + bytes, bytes: rest }] : []));
    this.#taken.set(piece.at, bytes);
    return piece.at;
  }

  /** Takes back what lies at an address that {@link take} gave. */
  release(at: number): void {
    let bytes = this.#taken.get(at);
    if (bytes === undefined) return;
    this.#taken.delete(at);
    const next = this.#free.findIndex((piece) => piece.at > at);
    let from = next < 0 ? this.#free.length : next;
    let count = 0;
    let start = at;
    const before = this.#free[from - 1];
    if (before && before.at + before.bytes === at) {
      start = before.at;
      bytes += before.bytes;
      from--;
      count++;
    }
    const after = this.#free[from + count];
    if (after && after.at === start + bytes) {
      bytes += after.bytes;
      count++;
    }
    if (start + bytes === this.#top) {
      this.#top = start;
      this.#free.splice(from, count);
    } else this.#free.splice(from, count, { at: start, bytes });
  }

  /** Numbers in the memory; they lie elsewhere once it has grown. */
  floats(at: number, length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.memory.buffer, at, length);
  }

  integers(at: number, length: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.memory.buffer, at, length);
  }

  unsigned(at: number, length: number): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.memory.buffer, at, length);
  }

  /** All numbers take four bytes: uint32 tensors are such, all others float32. */
  numbers(at: number, length: number, dtype: DType): Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> {
    return dtype === 'uint32' ? this.unsigned(at, length) : this.floats(at, length);
  }

  #extend(label: string, bytes: number): number {
    const last = this.#free.at(-1);
    const at = this.#top;
    const lacking = at + bytes - this.memory.buffer.byteLength;
    if (lacking > 0) {
      try {
        this.memory.grow(Math.ceil(lacking / PAGE_BYTES));
      } catch (cause) {
        const expected = `${String(bytes)} bytes more than ${String(last?.at ?? at)}`;
        throw new OutOfMemoryError('there is no memory left', { where: label, expected, cause });
      }
    }
    this.#top = at + bytes;
    this.#taken.set(at, bytes);
    return at;
  }
}

/** Memory for the kernels; where there is no WebAssembly, an array that is copied when it grows. */
function pages(): GrowingMemory {
  if (typeof WebAssembly === 'object') return new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES });
  let buffer = new ArrayBuffer(PAGE_BYTES);
  return {
    get buffer() {
      return buffer;
    },
    grow(count) {
      const larger = new ArrayBuffer(buffer.byteLength + count * PAGE_BYTES);
      new Uint8Array(larger).set(new Uint8Array(buffer));
      buffer = larger;
    },
  };
}
