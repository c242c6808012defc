import { BufferSet, upload, type BufferRange } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { fourByteNumbers, type Tensor } from '../tensor/tensor.ts';
import { bytesOf } from './arrange.ts';

interface Entry {
  readonly buffers: BufferSet;
  readonly range: BufferRange;
  readonly ready: Promise<void>;
  users: number;
}

/** The constants on a device: one copy for each tensor identity, kept while anybody uses it. */
export class SharedConstants {
  readonly #gpu: Gpu;
  readonly #entries = new Map<Tensor, Entry>();

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  /** Uploads on first use. `ready` rejects where memory is short; every call needs its {@link release} all the same. */
  acquire(name: string, tensor: Tensor): { readonly range: BufferRange; readonly ready: Promise<void> } {
    const known = this.#entries.get(tensor);
    if (known) {
      known.users++;
      return known;
    }
    const buffers = new BufferSet(this.#gpu);
    const size = bytesOf(tensor.shape);
    const buffer = buffers.create(name, size, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST);
    const range = { buffer, offset: 0, size };
    const ready = buffers.ready().then(() => {
      // Everyone may have lost interest while the memory was being found.
      if (entry.users > 0) upload(this.#gpu, range, fourByteNumbers(tensor));
    });
    ready.catch(() => undefined); // whoever acquired it awaits it
    const entry: Entry = { buffers, range, ready, users: 1 };
    this.#entries.set(tensor, entry);
    return entry;
  }

  release(tensor: Tensor): void {
    const entry = this.#entries.get(tensor);
    if (!entry || --entry.users > 0) return;
    this.#entries.delete(tensor);
    entry.buffers.destroy();
  }
}
