import { encode, type Command } from '../gpu/dispatch.ts';
import type { Gpu } from '../gpu/device.ts';

/** A command and the time it is likely to take, in floating-point operations. */
export interface Work {
  readonly command: Command;
  readonly cost: number;
}

export interface SliceOptions {
  /** Throws when the work is no longer wanted; called before each submission. */
  readonly check: () => void;
  readonly onProgress?: ((done: number) => void) | undefined;
  /** Adds copies to the last slice. */
  readonly finish?: (encoder: GPUCommandEncoder) => void;
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
  async run(work: readonly Work[], { check, onProgress, finish }: SliceOptions): Promise<void> {
    const total = work.reduce((sum, { cost }) => sum + cost, 0);
    let done = 0;
    let at = 0;
    do {
      while (this.#inFlight.length >= MAX_IN_FLIGHT) await this.#inFlight[0];
      if (this.#gpu.lost) throw this.#gpu.lost;
      check();
      if (at > 0) onProgress?.(done / total);
      check();
      const budget = SLICE_MS * this.#rate;
      const from = at;
      let cost = 0;
      while (at < work.length && (at === from || cost + work[at]!.cost <= budget)) cost += work[at++]!.cost;
      const last = at >= work.length;

      const encoder = this.#gpu.device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      encode(
        pass,
        work.slice(from, at).map(({ command }) => command),
      );
      pass.end();
      if (last) finish?.(encoder);
      this.#gpu.submit(encoder);
      this.#track(cost, !last, () => (done += cost));
    } while (at < work.length);
  }

  #track(cost: number, full: boolean, onDone: () => void): void {
    const submitted = performance.now();
    const finished = this.#gpu.guard(this.#gpu.device.queue.onSubmittedWorkDone()).then(
      () => {
        const now = performance.now();
        const ms = now - Math.max(submitted, this.#idleSince);
        this.#idleSince = now;
        // A short slice measures the way to the GPU and back rather than its speed.
        if (ms > 0 && (full || ms > SLICE_MS)) this.#rate = (this.#rate + cost / ms) / 2;
        onDone();
      },
      () => undefined, // the loss shows in gpu.lost
    );
    const entry = finished.then(() => {
      this.#inFlight.splice(this.#inFlight.indexOf(entry), 1);
    });
    this.#inFlight.push(entry);
  }
}
