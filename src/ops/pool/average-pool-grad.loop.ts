import { sizeOf } from '../../tensor/shape.ts';
import { overTensors } from '../internal/loops.ts';
import { poolWindows } from '../internal/window.ts';
import type { Loop } from '../loop.ts';
import type { AveragePoolGradAttributes } from './average-pool-grad.ts';
import { divisorsOf } from './average-pool.loop.ts';
import { tapsOf } from './taps.ts';

export const averagePoolGrad: Loop<AveragePoolGradAttributes> = (context, machine) => {
  const { node, attributes, inputs, outputs } = context;
  const [dy, dx] = [inputs[0]!, outputs[0]!];
  const { h, w } = poolWindows(node, dx.shape, attributes);
  const [rows, columns] = [tapsOf(h), tapsOf(w)];
  const [down, right] = [h.dilation * w.size, w.dilation];
  const divisors = divisorsOf({ h, w }, attributes);
  const planes = dx.shape[0]! * dx.shape[1]!;
  const operations = 2 * sizeOf(dy.shape) * h.kernel * w.kernel;
  return overTensors(context, machine, [planes, operations], ({ inputs: [dyv], outputs: [dxv] }, from, to) => {
    dxv!.fill(0, from * h.size * w.size, to * h.size * w.size);
    let signal = from * divisors.length;
    for (let plane = from; plane < to; plane++) {
      for (let p = 0; p < h.count; p++) {
        const row = (plane * h.size + rows.starts[p]!) * w.size;
        const tall = rows.counts[p]! * down;
        for (let q = 0; q < w.count; q++) {
          const share = dyv![signal++]! / divisors[p * w.count + q]!;
          const [start, wide] = [row + columns.starts[q]!, columns.counts[q]! * right];
          for (let line = start; line < start + tall; line += down)
            for (let place = line; place < line + wide; place += right) dxv![place]! += share;
        }
      }
    }
  });
};
