import { sizeOf } from '../../tensor/shape.ts';
import { BYTES, inParts, overTensors, type Numbers } from '../internal/loops.ts';
import { poolWindows, tapIndex, type Windows } from '../internal/window.ts';
import type { Loop } from '../loop.ts';
import { concrete, LOWEST, type MaxPoolAttributes } from './max-pool.ts';
import { NOWHERE } from './switches.ts';
import { windowArguments } from './window-arguments.ts';

export const maxPool: Loop<MaxPoolAttributes> = (context, machine) => {
  const { node, attributes, inputs, outputs } = context;
  const [x, y] = [inputs[0]!, outputs[0]!];
  const windows = poolWindows(node, x.shape, concrete(attributes, x.shape));
  const { h, w } = windows;
  const planes = x.shape[0]! * x.shape[1]!;
  const operations = sizeOf(y.shape) * h.kernel * w.kernel;
  const { kernels } = machine;
  if (!kernels) {
    return overTensors(
      context,
      machine,
      [planes, operations],
      ({ inputs: [xv], outputs: [yv, switches] }, from, to) => {
        poolPlanes(windows, xv!, yv!, switches, from, to);
      },
    );
  }
  const [image, map] = [h.size * w.size, h.count * w.count];
  const shape = windowArguments(windows);
  return inParts(planes, operations, ({ inputs: [xAt], outputs: [yAt, switchesAt = 0] }) => (from, to) => {
    const start = BYTES * from * map;
    const switches = switchesAt && switchesAt + start;
    kernels.run.maxPool(xAt! + BYTES * from * image, to - from, ...shape, yAt! + start, switches, from * image);
  });
};

/** All windows of some planes. */
function poolPlanes(
  { h, w }: Windows,
  x: Numbers,
  y: Numbers,
  switches: Numbers | undefined,
  first: number,
  end: number,
): void {
  let window = first * h.count * w.count;
  for (let plane = first; plane < end; plane++) {
    for (let p = 0; p < h.count; p++) {
      for (let q = 0; q < w.count; q++, window++) {
        let [most, where] = [LOWEST, NOWHERE];
        for (let r = 0; r < h.kernel; r++) {
          const row = tapIndex(h, p, r);
          for (let s = 0; row >= 0 && s < w.kernel; s++) {
            const column = tapIndex(w, q, s);
            if (column < 0) continue;
            const place = (plane * h.size + row) * w.size + column;
            const next = x[place]!;
            if (next > most || where === NOWHERE || (next !== next && most === most)) {
              most = next;
              where = place;
            }
          }
        }
        y[window] = most;
        if (switches) switches[window] = where;
      }
    }
  }
}
