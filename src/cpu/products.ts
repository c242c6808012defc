import type { Arena } from './arena.ts';
import type { ConvolutionKernels } from './convolution-kernels.ts';
import {
  BYTES,
  finishWith,
  kernelsOf,
  UNBOUNDED,
  type ConvolutionShape,
  type Finish,
  type Ground,
  type Layout,
} from './plan.ts';
import type { Source } from './source.ts';

/** Pixels of a panel, and columns of a tile. */
export const WIDE = 8;
/** Rows of the tallest tile. */
const TALL = 6;
/**
 * Taps of a panel: with more, it and the filters of a tile (8 and 6 numbers a tap) do not fit into the first cache together.
 */
export const LONGEST_CHUNK = 512;
/** Numbers of the panels of a block together: they stay in the second cache while all filters pass over them. */
export const PANELS: number = 64 * 1024;
/** The same without kernels, where the cache matters less: a block is a part of the work, and not to take long. */
const PLAIN_PANELS: number = 8 * 1024;
/** Filters, or channels, below which packing panels costs more than the steps from row to row of an image in place. */
const FEW = 32;
/** Numbers written behind the last panel. */
const BEHIND = 8;

/** Numbers of a tile with columns that are left out. */
export const TILE: number = TALL * WIDE;

/** Addresses for the image [group·c] as a {@link Source} says, and its results [group·k, p, q]. */
interface Image {
  readonly x: number;
  /** In blocks. */
  readonly filters: number;
  readonly bias: number;
  readonly operand: number;
  readonly y: number;
  readonly scratch: number;
}

/** Equal pieces of at most `longest`. */
export function evenly(count: number, longest: number): number {
  return Math.ceil(count / Math.ceil(count / longest));
}

/** The products of an image, a block of pixels of a group at a time. */
export class Products {
  readonly units: number;
  readonly #kernels: ConvolutionKernels;
  readonly #shape: ConvolutionShape;
  readonly #source: Source;
  readonly #finish: Finish;
  readonly #taps: number;
  readonly #chunk: number;
  readonly #pixels: number;
  /** Pixels of a row; where windows are pixels, the whole image is one. */
  readonly #width: number;
  readonly #blockPixels: number;
  readonly #blocks: number;
  /** Panels are read from the image itself. */
  readonly #unpacked: boolean;
  readonly #offsets: Int32Array;
  readonly #at: { readonly offsets: number; readonly panels: number; readonly tile: number };

  constructor(ground: Ground, shape: ConvolutionShape, source: Source, finish: Finish, layout: Layout) {
    const { group, c, k, windows } = shape;
    const { h, w } = windows;
    this.#kernels = kernelsOf(ground);
    this.#shape = shape;
    this.#source = source;
    this.#finish = finish;
    this.#taps = c * h.kernel * w.kernel;
    this.#chunk = evenly(this.#taps, LONGEST_CHUNK);
    this.#pixels = h.count * w.count;
    const isRow = h.kernel * w.kernel === 1 && source.inPlace && (w.count === w.size || h.count === 1);
    this.#width = isRow ? this.#pixels : w.count;
    this.#unpacked = isRow && (k < FEW || c <= FEW || this.#pixels < WIDE);
    const panels = Math.ceil(this.#pixels / WIDE);
    this.#blockPixels =
      WIDE * evenly(panels, Math.max(1, Math.floor((ground.kernels ? PANELS : PLAIN_PANELS) / (WIDE * this.#chunk))));
    this.#blocks = Math.ceil(this.#pixels / this.#blockPixels);
    this.units = group * this.#blocks;
    this.#offsets = source.offsets(c);
    this.#at = {
      offsets: layout.take(this.#taps),
      panels: layout.take(this.#unpacked ? 0 : this.#blockPixels * this.#chunk + BEHIND),
      tile: layout.take(TILE),
    };
  }

  /** Writes what is needed of the scratch memory. */
  prepare(memory: Arena, scratch: number): void {
    memory.integers(scratch + this.#at.offsets, this.#taps).set(this.#offsets);
  }

  run(first: number, end: number, image: Image): void {
    for (let unit = first; unit < end; unit++) this.#runBlock(unit, image);
  }

  #runBlock(unit: number, { x, filters, bias, operand, y, scratch }: Image): void {
    const { c, k } = this.#shape;
    const group = Math.floor(unit / this.#blocks);
    const first = (unit % this.#blocks) * this.#blockPixels;
    const count = Math.min(this.#blockPixels, this.#pixels - first);
    const step = BYTES * this.#pixels;
    const to = group * k * step + BYTES * first;
    const plane = BYTES * this.#source.plane;
    for (let from = 0; from < this.#taps; from += this.#chunk) {
      const taps = Math.min(this.#chunk, this.#taps - from);
      const panels = this.#panels(x + group * c * plane, first, count, from, taps, scratch);
      const bounds = this.#finish.operand || from + taps < this.#taps ? UNBOUNDED : this.#finish.clip;
      this.#kernels.product(
        k,
        count,
        taps,
        from,
        this.#taps,
        filters + BYTES * group * k * this.#taps,
        ...panels,
        y + to,
        step,
        bias + BYTES * group * k,
        from > 0,
        ...bounds,
        scratch + this.#at.tile,
      );
    }
    if (!this.#finish.operand) return;
    const results = { y: y + to, operand: operand + to, rows: k, columns: count, step };
    finishWith(this.#kernels, this.#finish, results);
  }

  /** Panels of some taps of a block: where they begin, and the steps from tap to tap and from panel to panel. */
  #panels(
    x: number,
    first: number,
    count: number,
    from: number,
    taps: number,
    scratch: number,
  ): [panels: number, tapStep: number, panelStep: number] {
    const source = this.#source;
    if (this.#unpacked) return [x + BYTES * (from * source.plane + first), BYTES * source.plane, BYTES * WIDE];
    const offsets = scratch + this.#at.offsets + BYTES * from;
    const panels = scratch + this.#at.panels;
    this.#kernels.packPixels(x, offsets, taps, first, count, this.#width, BYTES * source.wide, panels);
    return [panels, BYTES * WIDE, BYTES * WIDE * taps];
  }
}
