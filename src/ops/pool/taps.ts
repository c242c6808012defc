import type { WindowAxis } from '../internal/window.ts';

/** Of each window along an axis, the taps inside the image. */
export interface Taps {
  /** The element under the first of them. */
  readonly starts: Int32Array;
  readonly counts: Int32Array;
}

export function tapsOf({ size, kernel, stride, dilation, before, count }: WindowAxis): Taps {
  const [starts, counts] = [new Int32Array(count), new Int32Array(count)];
  for (let i = 0; i < count; i++) {
    const start = i * stride - before;
    const first = Math.max(Math.ceil(-start / dilation), 0);
    const end = Math.min(Math.floor((size - 1 - start) / dilation) + 1, kernel);
    starts[i] = start + first * dilation;
    counts[i] = Math.max(end - first, 0);
  }
  return { starts, counts };
}
