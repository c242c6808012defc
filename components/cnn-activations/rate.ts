/** Frames that the rate is averaged over. */
const FRAMES = 12;
/** After a pause the rate starts anew. */
const PAUSE_MS = 5000;

/** How many frames come in a second. */
export class Rate {
  #times: number[] = [];

  /** A frame came at a time in ms. */
  note(now: number): void {
    if (now - (this.#times.at(-1) ?? now) > PAUSE_MS) this.reset();
    this.#times.push(now);
    if (this.#times.length > FRAMES) this.#times.shift();
  }

  reset(): void {
    this.#times = [];
  }

  /** Undefined before there are two. */
  get perSecond(): number | undefined {
    const [first, last] = [this.#times[0], this.#times.at(-1)];
    return this.#times.length < 2 ? undefined : (1000 * (this.#times.length - 1)) / (last! - first!);
  }
}
