/** The last thing that was made, as long as what it was made from stays the same. */
export class Memo<T> {
  #known: { readonly from: readonly unknown[]; readonly made: T } | undefined;

  /** `from` always has the same length. */
  of(from: readonly unknown[], make: () => T): T {
    const known = this.#known?.from.every((part, i) => part === from[i]) ? this.#known : { from, made: make() };
    this.#known = known;
    return known.made;
  }
}
