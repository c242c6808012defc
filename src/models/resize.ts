import type { Size } from './picture-size.ts';
import { blankPicture, type Picture } from './picture.ts';

/** 8 bits are left for the pixel, 2 for sums that overshoot, of 32: Pillow, src/libImaging/Resample.c, PRECISION_BITS. */
const PRECISION = 22;
const HALF = 1 << (PRECISION - 1);

/** A part of a picture, px. */
export interface Part extends Size {
  readonly x: number;
  readonly y: number;
}

/** For each output index of a range: its first input index, and where its weights are. */
interface Weights {
  readonly first: Int32Array;
  readonly counts: Int32Array;
  /** [outputs,taps] fixed point, 1 = 2^PRECISION. */
  readonly values: Int32Array;
  readonly taps: number;
  /** Inputs that any of them needs. */
  readonly from: number;
  readonly to: number;
}

/**
 * Scales an opaque picture that comes row by row. Only a part of the result is made, and only what that needs of the picture
 * is asked for: a network sees the middle.
 *
 * Bilinear resampling with antialiasing: what Pillow's `Image.resize(size, Image.BILINEAR)` computes for 8-bit pictures
 * (the preprocessing of most published networks), to the same bytes. A triangle as wide as the reduction, columns before rows,
 * rounded to 8 bits in between. The browser's own scaling differs between browsers.
 */
export class Resampler {
  /** What of the picture is needed. */
  readonly source: Part;
  readonly #part: Part;
  readonly #columns: Weights;
  readonly #rows: Weights;
  /** A row of the picture at its new width, [width,3]. */
  readonly #row: Uint8Array;
  /** Sums of rows, [height,width,3]. */
  readonly #sums: Int32Array;
  #next = 0;
  /** The first row of the part that the next row of the picture may still touch. */
  #open = 0;

  /** From a picture of one size, a part of it scaled to another. */
  constructor(from: Size, to: Size, part: Part) {
    this.#part = part;
    this.#columns = triangleWeights(from.width, to.width, part.x, part.width);
    this.#rows = triangleWeights(from.height, to.height, part.y, part.height);
    const { from: x, to: right } = this.#columns;
    const { from: y, to: bottom } = this.#rows;
    this.source = { x, y, width: right - x, height: bottom - y };
    this.#row = new Uint8Array(part.width * 3);
    this.#sums = new Int32Array(part.width * part.height * 3).fill(HALF);
  }

  /** Takes the next row of the source: RGBA, from `at` on. */
  add(pixels: Uint8ClampedArray, at: number): void {
    this.#scaleRow(pixels, at - this.source.x * 4);
    const y = this.source.y + this.#next++;
    const { first, counts, values, taps } = this.#rows;
    const { height } = this.#part;
    while (this.#open < height && first[this.#open]! + counts[this.#open]! <= y) this.#open++;
    const row = this.#row;
    const sums = this.#sums;
    const { length } = row;
    for (let out = this.#open; out < height && first[out]! <= y; out++) {
      const weight = values[out * taps + y - first[out]!]!;
      const start = out * length;
      for (let i = 0; i < length; i++) sums[start + i]! += row[i]! * weight;
    }
  }

  finish(): Picture {
    const { width, height } = this.#part;
    const to = blankPicture(width, height);
    const sums = this.#sums;
    for (let i = 0, from = 0; i < to.data.length; i += 4, from += 3) {
      to.data[i] = sums[from]! >> PRECISION;
      to.data[i + 1] = sums[from + 1]! >> PRECISION;
      to.data[i + 2] = sums[from + 2]! >> PRECISION;
      to.data[i + 3] = 255;
    }
    return to;
  }

  /** `start` is where the picture's own first column would be. */
  #scaleRow(from: Uint8ClampedArray, start: number): void {
    const { first, counts, values, taps } = this.#columns;
    const row = this.#row;
    for (let x = 0, out = 0; out < row.length; x++, out += 3) {
      let r = HALF;
      let g = HALF;
      let b = HALF;
      let i = start + first[x]! * 4;
      const end = x * taps + counts[x]!;
      for (let k = x * taps; k < end; k++, i += 4) {
        const weight = values[k]!;
        r += from[i]! * weight;
        g += from[i + 1]! * weight;
        b += from[i + 2]! * weight;
      }
      row[out] = r >> PRECISION;
      row[out + 1] = g >> PRECISION;
      row[out + 2] = b >> PRECISION;
    }
  }
}

/** Of `outputs`, those from `start` on, `length` of them. */
function triangleWeights(inputs: number, outputs: number, start: number, length: number): Weights {
  const scale = inputs / outputs;
  const support = Math.max(scale, 1);
  const taps = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(length);
  const counts = new Int32Array(length);
  const values = new Int32Array(length * taps);
  const exact = new Float64Array(taps);
  for (let i = 0; i < length; i++) {
    const center = (start + i + 0.5) * scale;
    const low = Math.max(0, Math.trunc(center - support + 0.5));
    const high = Math.min(inputs, Math.trunc(center + support + 0.5));
    let sum = 0;
    for (let k = 0; k < high - low; k++) {
      // Multiplied by the reciprocal, as Pillow does: a division rounds differently in the last bit.
      exact[k] = Math.max(0, 1 - Math.abs((k + low - center + 0.5) * (1 / support)));
      sum += exact[k]!;
    }
    first[i] = low;
    counts[i] = high - low;
    for (let k = 0; k < high - low; k++) values[i * taps + k] = Math.trunc(0.5 + (exact[k]! / sum) * 2 ** PRECISION);
  }
  return { first, counts, values, taps, from: first[0]!, to: first[length - 1]! + counts[length - 1]! };
}
