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

  /** The address of what is there already; undefined where it has to be {@link keep}ed. Needs its {@link release}. */
  hold(key: string): number | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    entry.users++;
    return entry.at;
  }

  /** Takes over what has been written at an address, or frees that where it is there already. Needs its {@link release}. */
  keep(key: string, at: number): number {
    const known = this.hold(key);
    if (known === undefined) this.#entries.set(key, { at, users: 1 });
    else this.#memory.release(at);
    return known ?? at;
  }

  release(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry || --entry.users > 0) return;
    this.#entries.delete(key);
    this.#memory.release(entry.at);
  }
}
