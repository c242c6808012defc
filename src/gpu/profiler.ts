import { UnsupportedEnvironmentError } from '../errors.ts';
import { BufferSet } from './buffers.ts';
import type { Gpu } from './device.ts';
import { Readback } from './readback.ts';

/** Two for each pass; no set of queries may have more than 4096 (WebGPU, §20.1 QuerySet creation). */
const PASSES_PER_SET = 2048;
const TIMESTAMP_BYTES = 8;

/**
 * Times compute passes on the GPU's own clock. Browsers round it to 0.1 ms unless their developer features are on, so
 * short launches need many runs.
 */
export class Profiler {
  readonly #sets: readonly GPUQuerySet[];
  readonly #buffers: BufferSet;
  readonly #resolved: readonly GPUBuffer[];
  readonly #readback: Readback;

  /** Throws {@link UnsupportedEnvironmentError} where the device has no such clock. */
  constructor(gpu: Gpu, passes: number) {
    const { device } = gpu;
    if (!device.features.has('timestamp-query')) {
      throw new UnsupportedEnvironmentError('this GPU cannot time its work', { expected: 'feature timestamp-query' });
    }
    const counts = Array.from({ length: Math.ceil(passes / PASSES_PER_SET) }, (_, i) =>
      Math.min(PASSES_PER_SET, passes - i * PASSES_PER_SET),
    );
    this.#sets = counts.map((count) => device.createQuerySet({ type: 'timestamp', count: 2 * count }));
    this.#buffers = new BufferSet(gpu);
    this.#resolved = counts.map((count) => {
      const usage = GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC;
      return this.#buffers.create('timestamps', 2 * count * TIMESTAMP_BYTES, usage);
    });
    this.#readback = new Readback(
      gpu,
      this.#resolved.map((buffer) => ({ buffer, offset: 0, size: buffer.size })),
    );
  }

  async ready(): Promise<void> {
    await Promise.all([this.#buffers.ready(), this.#readback.ready()]);
  }

  /** For the descriptor of pass `index`. */
  writes(index: number): GPUComputePassTimestampWrites {
    const at = 2 * (index % PASSES_PER_SET);
    return {
      querySet: this.#sets[Math.floor(index / PASSES_PER_SET)]!,
      beginningOfPassWriteIndex: at,
      endOfPassWriteIndex: at + 1,
    };
  }

  /** After the last pass. */
  encode(encoder: GPUCommandEncoder): void {
    for (const [i, set] of this.#sets.entries()) {
      encoder.resolveQuerySet(set, 0, set.count, this.#resolved[i]!, 0);
    }
    this.#readback.encode(encoder);
  }

  /** Milliseconds of each pass. */
  async read(): Promise<number[]> {
    const stamps = (await this.#readback.read()).flatMap((bytes) => [...new BigUint64Array(bytes)]);
    return Array.from({ length: stamps.length / 2 }, (_, i) => Number(stamps[2 * i + 1]! - stamps[2 * i]!) / 1e6);
  }

  destroy(): void {
    for (const set of this.#sets) set.destroy();
    this.#buffers.destroy();
    this.#readback.destroy();
  }
}
