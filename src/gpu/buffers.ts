import { UnsupportedEnvironmentError } from '../errors.ts';
import { fromGpuError, type Gpu } from './device.ts';

/** Part of a buffer, as a bind group takes it. */
export interface BufferRange {
  readonly buffer: GPUBuffer;
  /** Bytes; a multiple of 256 where the range is bound. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

/** The next multiple of `step`. */
export function roundUp(n: number, step: number): number {
  return Math.ceil(n / step) * step;
}

/**
 * Buffers that live and die together. They are usable at once, but a failed allocation shows only in {@link ready}:
 * wait for it before binding them.
 */
export class BufferSet {
  readonly #gpu: Gpu;
  readonly #buffers: GPUBuffer[] = [];
  readonly #pending: Promise<void>[] = [];

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  /** Throws {@link UnsupportedEnvironmentError} where the device does not allow a buffer of this size. */
  create(label: string, size: number, usage: GPUBufferUsageFlags): GPUBuffer {
    const { device, counters } = this.#gpu;
    if (size > device.limits.maxBufferSize) {
      throw new UnsupportedEnvironmentError('a tensor is larger than any buffer this GPU allows', {
        where: label,
        expected: `at most ${String(device.limits.maxBufferSize)} bytes`,
        got: String(size),
        remedy: 'Use a smaller batch or image.',
      });
    }
    device.pushErrorScope('out-of-memory');
    const buffer = device.createBuffer({ label, size, usage });
    const allocated = this.#gpu.guard(device.popErrorScope()).then((error) => {
      if (error) throw fromGpuError(error, label);
    });
    allocated.catch(() => undefined); // reported by ready()
    this.#buffers.push(buffer);
    this.#pending.push(allocated);
    counters.buffers++;
    counters.bytes += size;
    return buffer;
  }

  /** Resolves when every allocation so far has succeeded; throws {@link GpuOutOfMemoryError} otherwise. */
  async ready(): Promise<void> {
    await Promise.all(this.#pending.splice(0));
  }

  /** May be called again. */
  destroy(): void {
    for (const buffer of this.#buffers.splice(0)) {
      buffer.destroy();
      this.#gpu.counters.buffers--;
      this.#gpu.counters.bytes -= buffer.size;
    }
  }
}

/** The browser copies what is written into memory it shares with the GPU process: in pieces, a VGG layer fits. */
const PIECE_BYTES = 64 * 2 ** 20;

/** Copies numbers to the start of a range. */
export function upload(gpu: Gpu, { buffer, offset }: BufferRange, data: Float32Array | Uint32Array): void {
  for (let at = 0; at < data.byteLength; at += PIECE_BYTES) {
    const bytes = Math.min(PIECE_BYTES, data.byteLength - at);
    gpu.device.queue.writeBuffer(buffer, offset + at, data.buffer, data.byteOffset + at, bytes);
  }
  gpu.counters.uploadedBytes += data.byteLength;
}
