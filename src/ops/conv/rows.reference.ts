import type { ConvGeometry } from './geometry.ts';
import type { WindowAxis } from '../internal/window.ts';

/**
 * The convolution as a set of products, padding left out: calls `visit` with the indices of x, w and y for each row of
 * them. Product i of a row is between x[x + i·stride], w[w] and y[y + i], where stride is the one along w.
 */
export function forEachRow(
  { n, group, c, k, windows: { h, w } }: ConvGeometry,
  visit: (x: number, w: number, y: number, count: number) => void,
): void {
  for (let image = 0; image < n; image++) {
    for (let filter = 0; filter < group * k; filter++) {
      for (let channel = 0; channel < c; channel++) {
        const plane = image * group * c + Math.floor(filter / k) * c + channel;
        for (let r = 0; r < h.kernel; r++) {
          const [firstRow, endRow] = windowsInside(h, r);
          for (let s = 0; s < w.kernel; s++) {
            const tap = ((filter * c + channel) * h.kernel + r) * w.kernel + s;
            const [first, end] = windowsInside(w, s);
            if (first >= end) continue;
            for (let p = firstRow; p < endRow; p++) {
              const row = p * h.stride - h.before + r * h.dilation;
              const column = first * w.stride - w.before + s * w.dilation;
              visit(
                (plane * h.size + row) * w.size + column,
                tap,
                ((image * group * k + filter) * h.count + p) * w.count + first,
                end - first,
              );
            }
          }
        }
      }
    }
  }
}

/** The windows whose tap t lies inside the image: first, and one past the last. */
function windowsInside({ size, count, stride, dilation, before }: WindowAxis, t: number): [number, number] {
  const offset = before - t * dilation;
  return [Math.max(Math.ceil(offset / stride), 0), Math.min(Math.floor((size - 1 + offset) / stride) + 1, count)];
}
