import { append } from '../tensor/append.ts';
import type { Life, Room } from './arrange.ts';

/** Hands out slots: the smallest free one that is large enough, else the largest free one, enlarged, else a new one. */
class Slots {
  readonly bytes: number[] = [];
  /** Sizes of free slots, each once, ascending. */
  readonly #sizes: number[] = [];
  /** Size → the free slots that have it. */
  readonly #free = new Map<number, number[]>();

  take(bytes: number): number {
    const at = Math.min(this.#firstFrom(bytes), this.#sizes.length - 1);
    const slot = at < 0 ? this.bytes.length : this.#takeFrom(at);
    this.bytes[slot] = Math.max(bytes, this.bytes[slot] ?? 0);
    return slot;
  }

  release(slot: number): void {
    const size = this.bytes[slot]!;
    if (!this.#free.has(size)) this.#sizes.splice(this.#firstFrom(size), 0, size);
    append(this.#free, size, slot);
  }

  #takeFrom(at: number): number {
    const size = this.#sizes[at]!;
    const slots = this.#free.get(size)!;
    const slot = slots.pop()!;
    if (slots.length === 0) {
      this.#free.delete(size);
      this.#sizes.splice(at, 1);
    }
    return slot;
  }

  /** Index of the first size that is not smaller; halves the range in each turn. */
  #firstFrom(bytes: number): number {
    let [low, high] = [0, this.#sizes.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sizes[middle]! < bytes) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Each tensor in a piece of memory that it has for itself while it lives: WebGPU lets no launch read and write one buffer. */
export function inSlots(lives: readonly Life[]): Room {
  const slots = new Slots();
  /** Slot that is taken → when it is free again. */
  const until = new Map<number, number>();
  const at = lives.map(({ bytes, from, to }) => {
    for (const [slot, last] of until) if (last < from && until.delete(slot)) slots.release(slot);
    const slot = slots.take(bytes);
    until.set(slot, to);
    return { slot, offset: 0 };
  });
  return { slots: slots.bytes, at };
}
