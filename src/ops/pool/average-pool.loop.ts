import { sizeOf } from '../../tensor/shape.ts';
import { OF_TWO } from '../internal/kernel-functions.ts';
import { BYTES, inParts } from '../internal/loops.ts';
import { poolWindows, type WindowAxis, type Windows } from '../internal/window.ts';
import type { Addresses, Loop } from '../loop.ts';
import { counted, type AveragePoolAttributes } from './average.ts';
import { tapsOf } from './taps.ts';
import { windowArguments } from './window-arguments.ts';

const DIVISION = OF_TWO.indexOf('div');

export const averagePool: Loop<AveragePoolAttributes> = ({ node, attributes, inputs, outputs }, machine) => {
  const [x, y] = [inputs[0]!, outputs[0]!];
  const windows = poolWindows(node, x.shape, attributes);
  const { h, w } = windows;
  const planes = x.shape[0]! * x.shape[1]!;
  const [image, map] = [h.size * w.size, h.count * w.count];
  const divisors = divisorsOf(windows, attributes);
  const { memory, kernels } = machine;
  const shape = windowArguments(windows);
  const operations = sizeOf(y.shape) * h.kernel * w.kernel;
  const bind =
    ({ inputs: [xAt], outputs: [yAt], scratch }: Addresses) =>
    (from: number, to: number): void => {
      const [xFrom, yFrom] = [xAt! + BYTES * from * image, yAt! + BYTES * from * map];
      if (kernels) {
        kernels.run.sumPool(xFrom, to - from, ...shape, yFrom);
        memory.floats(scratch, map).set(divisors);
        for (let sums = yFrom; sums < yAt! + BYTES * to * map; sums += BYTES * map)
          kernels.run.ofTwo(DIVISION, sums, BYTES * 4, scratch, BYTES * 4, sums, map);
        return;
      }
      const sums = memory.floats(yFrom, (to - from) * map);
      sumPlanes(windows, memory.floats(xFrom, (to - from) * image), sums);
      for (let i = 0; i < sums.length; i += map)
        for (let window = 0; window < map; window++) sums[i + window]! /= divisors[window]!;
    };
  return inParts(planes, operations, bind, { scratch: BYTES * map });
};

/** By what the sum of each window is divided. */
export function divisorsOf({ h, w }: Windows, { countIncludePad }: AveragePoolAttributes): Float32Array {
  const along = (axis: WindowAxis): number[] =>
    Array.from({ length: axis.count }, (_, i) => counted(axis, i, countIncludePad));
  const [rows, columns] = [along(h), along(w)];
  return Float32Array.from(rows.flatMap((row) => columns.map((column) => row * column)));
}

function sumPlanes({ h, w }: Windows, x: Float32Array, y: Float32Array): void {
  const [rows, columns] = [tapsOf(h), tapsOf(w)];
  const [down, right] = [h.dilation * w.size, w.dilation];
  let window = 0;
  for (let plane = 0; window < y.length; plane += h.size * w.size) {
    for (let p = 0; p < h.count; p++) {
      const [row, tall] = [plane + rows.starts[p]! * w.size, rows.counts[p]! * down];
      for (let q = 0; q < w.count; q++) {
        const [start, wide] = [row + columns.starts[q]!, columns.counts[q]! * right];
        let sum = 0;
        for (let from = start; from < start + tall; from += down)
          for (let place = from; place < from + wide; place += right) sum += x[place]!;
        y[window++] = sum;
      }
    }
  }
}
