import type { Arena } from '../../cpu/arena.ts';

interface Entry {
  readonly at: number;
  users: number;
}

/** What was made of constants: one copy for each constant and order, kept while a program uses it. */
export class Packs {
  readonly #memory: Arena;
  readonly #entries = new Map<string, Entry>();

  constructor(memory: Arena) {
    this.#memory = memory;
  }

  /** The address of what is there already; undefined where it has to be {@link add}ed. Needs its {@link release}. */
  hold(key: string): number | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    entry.users++;
    return entry.at;
  }

  /** Makes room for `size` numbers and lets them be written. Needs its {@link release}. */
  add(key: string, label: string, size: number, write: (at: number) => void): number {
    const at = this.#memory.take(label, 4 * size);
    try {
      write(at);
    } catch (error) {
      this.#memory.release(at);
      throw error;
    }
    this.#entries.set(key, { at, users: 1 });
    return at;
  }

  release(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry || --entry.users > 0) return;
    this.#entries.delete(key);
    this.#memory.release(entry.at);
  }
}
