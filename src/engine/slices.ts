import type { Gpu } from '../gpu/device.ts';

/** Work that may be submitted in portions. */
export interface Sliceable {
  /** Time each step is likely to take, in floating-point operations. */
  readonly costs: readonly number[];
  /** Encodes the steps from `from` to `to` (exclusive). */
  readonly encode: (encoder: GPUCommandEncoder, from: number, to: number) => void;
  /** Adds to the last slice, which may be the only one. */
  readonly finish: (encoder: GPUCommandEncoder) => void;
  /** Throws when the work is no longer wanted; called before each submission. */
  readonly check: () => void;
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** A page stays alive beside work in portions of two frames; shorter ones cost more in submissions. */
const SLICE_MS = 30;
/** One runs while the next waits, so the GPU never idles and an abort takes effect after two. */
const MAX_IN_FLIGHT = 2;
/** First guesses of operations per millisecond, low so that the first slices are too short rather than too long. */
const SOFTWARE_RATE = 2e6;
const HARDWARE_RATE = 2e8;

/** Submits the work of a device in slices, and learns from each how much fits into the next. */
export class Slicer {
  readonly #gpu: Gpu;
  readonly #inFlight: Promise<void>[] = [];
  #rate: number;
  #idleSince = 0;

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
    this.#rate = gpu.adapter.software ? SOFTWARE_RATE : HARDWARE_RATE;
  }

  /** Resolves when the last slice is submitted. */
  async run({ costs, encode, finish, check, onProgress }: Sliceable): Promise<void> {
    const total = costs.reduce((sum, cost) => sum + cost, 0);
    let done = 0;
    let at = 0;
    do {
      while (this.#inFlight.length >= MAX_IN_FLIGHT) await this.#inFlight[0];
      this.#gpu.throwIfLost();
      check();
      if (at > 0) {
        onProgress?.(done / total);
        check();
      }
      const budget = SLICE_MS * this.#rate;
      const from = at;
      let cost = 0;
      while (at < costs.length && (at === from || cost + costs[at]! <= budget)) cost += costs[at++]!;
      const last = at >= costs.length;

      const encoder = this.#gpu.device.createCommandEncoder();
      encode(encoder, from, at);
      if (last) finish(encoder);
      this.#gpu.submit(encoder);
      this.#track(cost, !last, () => (done += cost));
    } while (at < costs.length);
  }

  #track(cost: number, full: boolean, onDone: () => void): void {
    const submitted = performance.now();
    const measure = (): void => {
      const now = performance.now();
      const ms = now - Math.max(submitted, this.#idleSince);
      this.#idleSince = now;
      // A short slice measures the way to the GPU and back rather than its speed.
      if (ms > 0 && (full || ms > SLICE_MS)) this.#rate = (this.#rate + cost / ms) / 2;
      onDone();
    };
    const settled = this.#gpu
      .guard(this.#gpu.device.queue.onSubmittedWorkDone())
      .then(measure, () => undefined) // the loss shows in gpu.lost
      .then(() => {
        void this.#inFlight.splice(this.#inFlight.indexOf(settled), 1);
      });
    this.#inFlight.push(settled);
  }
}
