import { OutOfMemoryError } from '../errors.ts';

const PAGE_BYTES = 65_536;
/** 4 GB is all that 32 bits address. */
const MAX_PAGES = 65_536;
/** Where two vectors after the last number may be read, though nothing comes of them. */
const MARGIN_BYTES = 64;
/** A line of the cache: what begins there is loaded with few lines. */
const ALIGNMENT_BYTES = 64;

/** The memory of the kernels: handed out from the bottom up, and given back all at once from a mark on. */
export class Arena {
  readonly memory: WebAssembly.Memory = new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES });
  #top = ALIGNMENT_BYTES;

  /** The address of so many bytes for what `label` names. Throws {@link OutOfMemoryError} where there are none left. */
  take(label: string, bytes: number): number {
    const at = this.#top;
    const top = at + Math.ceil((bytes + MARGIN_BYTES) / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    const pages = Math.ceil((top - this.memory.buffer.byteLength) / PAGE_BYTES);
    if (pages > 0) {
      try {
        this.memory.grow(pages);
      } catch (cause) {
        const expected = `${String(bytes)} bytes more than ${String(this.memory.buffer.byteLength)}`;
        throw new OutOfMemoryError('there is no memory left', { where: label, expected, cause });
      }
    }
    this.#top = top;
    return at;
  }

  /** Where the next piece will begin: for {@link release}. */
  get mark(): number {
    return this.#top;
  }

  /** Gives back all that was taken since a mark. */
  release(mark: number): void {
    this.#top = mark;
  }

  /** Numbers in the memory; they lie elsewhere once it has grown. */
  floats(at: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, at, length);
  }

  integers(at: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, at, length);
  }
}
