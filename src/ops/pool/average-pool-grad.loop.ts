import { sizeOf } from '../../tensor/shape.ts';
import { overTensors } from '../internal/loops.ts';
import { poolWindows, tapIndex } from '../internal/window.ts';
import type { Loop } from '../loop.ts';
import type { AveragePoolGradAttributes } from './average-pool-grad.ts';
import { divisorsOf } from './average-pool.loop.ts';

export const averagePoolGrad: Loop<AveragePoolGradAttributes> = (context, machine) => {
  const { node, attributes, inputs, outputs } = context;
  const [dy, dx] = [inputs[0]!, outputs[0]!];
  const { h, w } = poolWindows(node, dx.shape, attributes);
  const divisors = divisorsOf({ h, w }, attributes);
  const planes = dx.shape[0]! * dx.shape[1]!;
  const operations = 2 * sizeOf(dy.shape) * h.kernel * w.kernel;
  return overTensors(context, machine, [planes, operations], ({ inputs: [dyv], outputs: [dxv] }, from, to) => {
    dxv!.fill(0, from * h.size * w.size, to * h.size * w.size);
    for (let plane = from; plane < to; plane++) {
      for (let window = 0; window < divisors.length; window++) {
        const share = dyv![plane * divisors.length + window]! / divisors[window]!;
        const p = Math.floor(window / w.count);
        for (let r = 0; r < h.kernel; r++) {
          const row = tapIndex(h, p, r);
          for (let s = 0; row >= 0 && s < w.kernel; s++) {
            const column = tapIndex(w, window % w.count, s);
            if (column >= 0) dxv![(plane * h.size + row) * w.size + column]! += share;
          }
        }
      }
    }
  });
};
