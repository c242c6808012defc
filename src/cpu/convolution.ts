import type { Kernels } from './kernels.ts';

const BYTES = 4;
/** Pixels of a panel, and columns of a tile. */
const WIDE = 8;
/** Taps of a panel: with more, panels and the filters of a block push each other out of the second cache. */
const LONGEST_CHUNK = 600;
/** Panels of a block together, bytes: they stay in the second cache while all filters pass over them. */
const PANELS_BYTES = 192 * 1024;

/** A convolution of one image [group·c, h, w] → [group·k, p, q]; `pads` are [top, left, bottom, right]. */
export interface ConvolutionShape {
  readonly group: number;
  /** Channels of a group, before and after. */
  readonly c: number;
  readonly k: number;
  readonly image: readonly [h: number, w: number];
  readonly kernel: readonly [r: number, s: number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly pads: readonly [number, number, number, number];
}

/** Filters [m, k] in the blocks of rows that the tiles take, [block][k][rows], to `packed`. */
function packFilters(
  rowsOf: (left: number) => number,
  filters: Float32Array,
  [m, k]: readonly [number, number],
  packed: Float32Array,
): void {
  let at = 0;
  for (let row = 0; row < m;) {
    const rows = rowsOf(m - row);
    for (let tap = 0; tap < k; tap++) for (let i = 0; i < rows; i++) packed[at++] = filters[(row + i) * k + tap]!;
    row += rows;
  }
}

/**
 * A convolution with its filters packed, ready to run on image after image. Its memory is of the kernels' arena: take a mark
 * before, and give it back.
 */
export class Convolution {
  readonly #kernels: Kernels;
  readonly #shape: ConvolutionShape;
  readonly #out: readonly [p: number, q: number];
  readonly #padded: readonly [tall: number, wide: number];
  readonly #taps: number;
  readonly #weights: number;
  readonly #bias: number;
  readonly #offsets: number;
  readonly #image: number;
  readonly #panels: number;
  readonly #scratch: number;
  readonly #chunk: number;
  readonly #blockPixels: number;

  /** Weights [group·k, c, r, s], bias [group·k]. */
  constructor(kernels: Kernels, shape: ConvolutionShape, weights: Float32Array, bias?: Float32Array) {
    const { group, c, k, image, kernel, strides, dilations, pads } = shape;
    const { arena } = kernels;
    this.#kernels = kernels;
    this.#shape = shape;
    const along = (axis: 0 | 1): readonly [padded: number, out: number] => {
      const padded = image[axis] + pads[axis] + pads[axis + 2]!;
      return [padded, Math.floor((padded - dilations[axis] * (kernel[axis] - 1) - 1) / strides[axis]) + 1];
    };
    const [[tall, p], [wide, q]] = [along(0), along(1)];
    this.#padded = [tall, wide];
    this.#out = [p, q];
    this.#taps = c * kernel[0] * kernel[1];
    const filters = group * k;
    this.#weights = arena.take('packed filters', BYTES * filters * this.#taps);
    this.#bias = arena.take('bias', BYTES * filters);
    this.#offsets = arena.take('offsets of taps', BYTES * this.#taps);
    this.#image = arena.take('padded image', BYTES * group * c * tall * wide);
    this.#scratch = arena.take('scratch', BYTES * 6 * WIDE);
    this.#chunk = Math.ceil(this.#taps / Math.ceil(this.#taps / LONGEST_CHUNK));
    const panels = Math.ceil((p * q) / WIDE);
    const atOnce = Math.max(1, Math.floor(PANELS_BYTES / (BYTES * WIDE * this.#chunk)));
    this.#blockPixels = WIDE * Math.ceil(panels / Math.ceil(panels / atOnce));
    this.#panels = arena.take('panels', BYTES * this.#blockPixels * this.#chunk);

    for (let g = 0; g < group; g++) {
      const size = k * this.#taps;
      const packed = arena.floats(this.#weights + BYTES * g * size, size);
      packFilters(kernels.run.rowsOf, weights.subarray(g * size, (g + 1) * size), [k, this.#taps], packed);
    }
    const biases = arena.floats(this.#bias, filters);
    if (bias) biases.set(bias);
    else biases.fill(0);
    const offsets = arena.integers(this.#offsets, this.#taps);
    let tap = 0;
    for (let channel = 0; channel < c; channel++)
      for (let r = 0; r < kernel[0]; r++)
        for (let s = 0; s < kernel[1]; s++)
          offsets[tap++] = BYTES * ((channel * tall + r * dilations[0]) * wide + s * dilations[1]);
  }

  /** From x to y, both addresses; results are kept between low and high, and a NaN stays one. */
  run(x: number, y: number, low: number = -Infinity, high: number = Infinity): void {
    const { group, c, k, image, strides, pads } = this.#shape;
    const { run } = this.#kernels;
    const [tall, wide] = this.#padded;
    const [p, q] = this.#out;
    let from = x;
    if (pads.some((border) => border !== 0)) {
      run.pad(x, group * c, image[0], image[1], this.#image, tall, wide, pads[0], pads[1]);
      from = this.#image;
    }
    for (let g = 0; g < group; g++) {
      run.convolve(
        from + BYTES * g * c * tall * wide,
        this.#offsets,
        this.#taps,
        p * q,
        q,
        BYTES * strides[0] * wide,
        BYTES * strides[1],
        k,
        this.#weights + BYTES * g * k * this.#taps,
        this.#bias + BYTES * g * k,
        y + BYTES * g * k * p * q,
        low,
        high,
        this.#blockPixels,
        this.#chunk,
        this.#panels,
        this.#scratch,
      );
    }
  }
}
