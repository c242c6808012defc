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
    for (let plane = from; plane < to; plane++) {
      for (let window = 0; window < divisors.length; window++) {
        const share = dyv![plane * divisors.length + window]! / divisors[window]!;
        const [p, q] = [Math.floor(window / w.count), window % w.count];
        const start = (plane * h.size + rows.starts[p]!) * w.size + columns.starts[q]!;
        for (let row = start; row < start + rows.counts[p]! * down; row += down)
          for (let place = row; place < row + columns.counts[q]! * right; place += right) dxv![place]! += share;
      }
    }
  });
};
