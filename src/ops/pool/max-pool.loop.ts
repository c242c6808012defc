import { sizeOf } from '../../tensor/shape.ts';
import { BYTES, inParts, overTensors, type Numbers } from '../internal/loops.ts';
import { poolWindows, type Windows } from '../internal/window.ts';
import type { Loop } from '../loop.ts';
import { concrete, LOWEST, type MaxPoolAttributes } from './max-pool.ts';
import { NOWHERE } from './switches.ts';
import { tapsOf } from './taps.ts';
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
      [planes, 4 * operations],
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
  const [rows, columns] = [tapsOf(h), tapsOf(w)];
  const [width, down, right] = [w.size, h.dilation * w.size, w.dilation];
  let window = first * h.count * w.count;
  for (let plane = first; plane < end; plane++) {
    for (let p = 0; p < h.count; p++) {
      const row = (plane * h.size + rows.starts[p]!) * width;
      const lastRow = row + rows.counts[p]! * down;
      for (let q = 0; q < w.count; q++) {
        const start = columns.starts[q]!;
        const span = columns.counts[q]! * right;
        let most = LOWEST;
        let where = NOWHERE;
        for (let from = row + start; from < lastRow + start; from += down) {
          for (let place = from; place < from + span; place += right) {
            const next = x[place]!;
            if (next <= most && where !== NOWHERE) continue;
            // What is greater, the first number of all, or the first NaN.
            if (next > most || where === NOWHERE || most === most) {
              most = next;
              where = place;
            }
          }
        }
        y[window] = most;
        if (switches) switches[window] = where;
        window++;
      }
    }
  }
}
