import type { Reference } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { poolWindows, tapIndex } from '../internal/window.ts';
import { concrete, LOWEST, type MaxPoolAttributes } from './max-pool.ts';
import { NOWHERE } from './switches.ts';

export const maxPool: Reference<MaxPoolAttributes> = ({ node, attributes, inputs: [x], outputs: [y] }, [xv]) => {
  const { h, w } = poolWindows(node, x!.shape, concrete(attributes, x!.shape));
  const size = sizeOf(y!.shape);
  const maxima = new Float64Array(size).fill(LOWEST);
  const switches = new Float64Array(size).fill(NOWHERE);
  for (let i = 0; i < size; i++) {
    const plane = Math.floor(i / (h.count * w.count)) * h.size;
    const p = Math.floor(i / w.count) % h.count;
    for (let r = 0; r < h.kernel; r++) {
      const row = tapIndex(h, p, r);
      for (let s = 0; s < w.kernel; s++) {
        const column = tapIndex(w, i % w.count, s);
        if (row < 0 || column < 0) continue;
        const place = (plane + row) * w.size + column;
        const value = xv![place]!;
        const firstNan = Number.isNaN(value) && !Number.isNaN(maxima[i]!);
        if (value > maxima[i]! || firstNan || switches[i] === NOWHERE) {
          maxima[i] = value;
          switches[i] = place;
        }
      }
    }
  }
  return [maxima, switches];
};
