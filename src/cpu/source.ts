import type { ConvolutionKernels } from './convolution-kernels.ts';
import { BYTES, type Axis, type ConvolutionShape, type Layout } from './plan.ts';

/** Numbers that are read, or written, behind the last of a panel or of an image. */
const BEHIND = 32;

/** Rows and columns. */
interface Extent {
  readonly tall?: number;
  readonly wide?: number;
}

/**
 * Where windows read an image: in place, or in a copy with a border of zeros in which the pixels that one tap reads for all
 * windows of a row lie side by side, whatever the stride.
 */
export class Source {
  /** The image is read as it lies. */
  readonly inPlace: boolean;
  /** Of a plane, or of each of its phases under a stride. */
  readonly tall: number;
  readonly wide: number;
  /** Numbers of a channel, all phases together. */
  readonly plane: number;
  /** Numbers of a copy. */
  readonly size: number;
  readonly #h: Axis;
  readonly #w: Axis;
  readonly #phases: readonly [number, number];

  /** A copy has at least `tall` rows and `wide` columns. */
  constructor({ group, c, windows: { h, w } }: ConvolutionShape, { tall = 0, wide = 0 }: Extent = {}) {
    this.#h = h;
    this.#w = w;
    this.inPlace = tall === 0 && wide === 0 && isInside(h) && isInside(w);
    this.#phases = [phasesOf(h), phasesOf(w)];
    this.tall = this.inPlace ? h.size : Math.max(tall, reachOf(h));
    this.wide = this.inPlace ? w.size : Math.max(wide, reachOf(w));
    this.plane = this.#phases[0] * this.#phases[1] * this.tall * this.wide;
    this.size = this.inPlace ? 0 : group * c * this.plane + BEHIND;
  }

  /** Where the first window begins to read in an image in place, bytes. */
  get start(): number {
    return this.inPlace ? -BYTES * (this.#h.before * this.wide + this.#w.before) : 0;
  }

  /** How far what tap [channel, r, s] reads lies from where its window begins, bytes. */
  offsets(channels: number): Int32Array {
    const [h, w] = [this.#h, this.#w];
    const taps = h.kernel * w.kernel;
    const offsets = new Int32Array(channels * taps);
    for (let tap = 0; tap < taps; tap++) {
      const r = Math.floor(tap / w.kernel) * h.dilation;
      const s = (tap % w.kernel) * w.dilation;
      const phase = (r % h.stride) * this.#phases[1] + (s % w.stride);
      const row = phase * this.tall + Math.floor(r / h.stride);
      const first = row * this.wide + Math.floor(s / w.stride);
      for (let channel = 0; channel < channels; channel++)
        offsets[channel * taps + tap] = BYTES * (channel * this.plane + first);
    }
    return offsets;
  }

  /** The numbers that {@link ConvolutionKernels.border} wants behind its planes and before its phases. */
  get border(): readonly [tall: number, wide: number, ...geometry: [number, number, number, number, number, number]] {
    const [h, w] = [this.#h, this.#w];
    return [this.tall, this.wide, h.before, w.before, h.stride, w.stride, ...this.#phases];
  }

  /** Copies so many channels; gives the bits of the largest magnitude. */
  copy(kernels: ConvolutionKernels, x: number, channels: number, to: number): number {
    return kernels.border(x, channels, this.#h.size, this.#w.size, to, ...this.border);
  }

  take(layout: Layout): number {
    return layout.take(this.size);
  }
}

/** Whether windows one pixel apart lie in the image. */
function isInside({ size, kernel, stride, dilation, before, count }: Axis): boolean {
  return stride === 1 && before <= 0 && count - 1 + (kernel - 1) * dilation - before < size;
}

/** Pixels a stride apart that the windows reach. */
function reachOf({ kernel, stride, dilation, count }: Axis): number {
  return count + Math.floor(((kernel - 1) * dilation) / stride);
}

/** Sets of pixels a stride apart that the windows look at, from that of their first tap on. */
function phasesOf({ kernel, stride, dilation }: Axis): number {
  return Math.min(stride, (kernel - 1) * dilation + 1);
}
