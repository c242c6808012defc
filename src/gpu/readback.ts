import { BufferSet, type BufferRange } from './buffers.ts';
import type { Gpu } from './device.ts';

/**
 * Brings several ranges back with one copy buffer and one map. Encode the copies after the work that writes the ranges,
 * submit, then read.
 */
export class Readback {
  readonly #gpu: Gpu;
  readonly #ranges: readonly BufferRange[];
  readonly #buffers: BufferSet;
  readonly #staging: GPUBuffer;

  constructor(gpu: Gpu, ranges: readonly BufferRange[]) {
    this.#gpu = gpu;
    this.#ranges = ranges;
    this.#buffers = new BufferSet(gpu);
    const bytes = ranges.reduce((sum, { size }) => sum + size, 0);
    this.#staging = this.#buffers.create('readback', bytes, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  }

  /** Await it before {@link encode}. */
  ready(): Promise<void> {
    return this.#buffers.ready();
  }

  encode(encoder: GPUCommandEncoder): void {
    let at = 0;
    for (const { buffer, offset, size } of this.#ranges) {
      encoder.copyBufferToBuffer(buffer, offset, this.#staging, at, size);
      at += size;
    }
  }

  /** The bytes of each range, copied out. The same copy buffer serves the next run. */
  async read(): Promise<ArrayBuffer[]> {
    await this.#gpu.guard(this.#staging.mapAsync(GPUMapMode.READ));
    const mapped = this.#staging.getMappedRange();
    this.#gpu.counters.readbackBytes += mapped.byteLength;
    let at = 0;
    const results = this.#ranges.map(({ size }) => mapped.slice(at, (at += size)));
    this.#staging.unmap();
    return results;
  }

  destroy(): void {
    this.#buffers.destroy();
  }
}
