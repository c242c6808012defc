import { float32, type Tensor } from '../../tensor/tensor.ts';
import { tapIndex, type PoolAttributes, type WindowAxis, type Windows } from '../internal/window.ts';

export interface AveragePoolAttributes extends PoolAttributes {
  /** The padding counts as zeros. */
  readonly countIncludePad: boolean;
}

/**
 * Calls `visit` for every tap of `count` windows that lies inside the image, with the index of the window, that of the
 * element, and what the window's sum is divided by.
 */
export function averages(
  { h, w }: Windows,
  { countIncludePad }: AveragePoolAttributes,
  count: number,
  visit: (window: number, place: number, divisor: number) => void,
): void {
  for (let window = 0; window < count; window++) {
    const p = Math.floor(window / w.count) % h.count;
    const q = window % w.count;
    const plane = Math.floor(window / (w.count * h.count)) * h.size;
    const divisor = counted(h, p, countIncludePad) * counted(w, q, countIncludePad);
    for (let r = 0; r < h.kernel; r++) {
      const row = tapIndex(h, p, r);
      for (let s = 0; s < w.kernel; s++) {
        const column = tapIndex(w, q, s);
        if (row >= 0 && column >= 0) visit(window, (plane + row) * w.size + column, divisor);
      }
    }
  }
}

/** Taps of window i that count: inside the image, or inside the padded image. What hangs over that never counts. */
export function counted(
  { size, kernel, stride, dilation, before, after }: WindowAxis,
  i: number,
  includePad: boolean,
): number {
  let taps = 0;
  for (let t = 0; t < kernel; t++) {
    const at = i * stride - before + t * dilation;
    if (includePad ? at < size + after : at >= 0 && at < size) taps++;
  }
  return taps;
}

/**
 * [1, 1, p, q]: what a mean over all taps of a window must be multiplied by, since not all of them count; undefined where
 * all do everywhere.
 */
export function averageFactors({ h, w }: Windows, { countIncludePad }: AveragePoolAttributes): Tensor | undefined {
  const along = (axis: WindowAxis): number[] =>
    Array.from({ length: axis.count }, (_, i) => axis.kernel / Math.max(counted(axis, i, countIncludePad), 1));
  const [rows, columns] = [along(h), along(w)];
  if ([...rows, ...columns].every((factor) => factor === 1)) return undefined;
  return float32(
    [1, 1, h.count, w.count],
    rows.flatMap((row) => columns.map((column) => row * column)),
  );
}
