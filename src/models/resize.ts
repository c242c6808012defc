import { blankPicture, type Picture } from './picture.ts';

/** 8 bits are left for the pixel, 2 for sums that overshoot, of 32: Pillow, src/libImaging/Resample.c, PRECISION_BITS. */
const PRECISION = 22;

/** For each output index: its first input index, and where its weights are. */
interface Weights {
  readonly first: Int32Array;
  readonly counts: Int32Array;
  /** [outputs,taps] fixed point, 1 = 2^PRECISION. */
  readonly values: Int32Array;
  readonly taps: number;
}

/**
 * Bilinear resampling with antialiasing: what Pillow's `Image.resize(size, Image.BILINEAR)` computes for 8-bit pictures
 * (the preprocessing of most published networks), to the same bytes. A triangle as wide as the reduction, columns before rows,
 * rounded to 8 bits in between. The browser's own scaling differs between browsers.
 */
export function resizePicture(picture: Picture, width: number, height: number): Picture {
  const wide = width === picture.width ? picture : resizeRows(picture, width);
  return height === wide.height ? wide : resizeColumns(wide, height);
}

function triangleWeights(inputs: number, outputs: number): Weights {
  const scale = inputs / outputs;
  const support = Math.max(scale, 1);
  const taps = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(outputs);
  const counts = new Int32Array(outputs);
  const values = new Int32Array(outputs * taps);
  const exact = new Float64Array(taps);
  for (let i = 0; i < outputs; i++) {
    const center = (i + 0.5) * scale;
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
  return { first, counts, values, taps };
}

function resizeRows(from: Picture, width: number): Picture {
  const to = blankPicture(width, from.height);
  const { first, counts, values, taps } = triangleWeights(from.width, width);
  for (let y = 0; y < from.height; y++) {
    for (let x = 0; x < width; x++) {
      const start = (y * from.width + first[x]!) * 4;
      blend(from.data, start, 4, counts[x]!, values, x * taps, to.data, (y * width + x) * 4);
    }
  }
  return to;
}

function resizeColumns(from: Picture, height: number): Picture {
  const { width } = from;
  const to = blankPicture(width, height);
  const { first, counts, values, taps } = triangleWeights(from.height, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const start = (first[y]! * width + x) * 4;
      blend(from.data, start, width * 4, counts[y]!, values, y * taps, to.data, (y * width + x) * 4);
    }
  }
  return to;
}

/** One output pixel: the weighted sum of `count` input pixels, `step` apart. */
function blend(
  from: Uint8ClampedArray,
  start: number,
  step: number,
  count: number,
  weights: Int32Array,
  at: number,
  to: Uint8ClampedArray,
  out: number,
): void {
  const half = 1 << (PRECISION - 1);
  let r = half;
  let g = half;
  let b = half;
  let a = half;
  for (let k = 0, i = start; k < count; k++, i += step) {
    const w = weights[at + k]!;
    r += from[i]! * w;
    g += from[i + 1]! * w;
    b += from[i + 2]! * w;
    a += from[i + 3]! * w;
  }
  to[out] = r >> PRECISION;
  to[out + 1] = g >> PRECISION;
  to[out + 2] = b >> PRECISION;
  to[out + 3] = a >> PRECISION;
}
