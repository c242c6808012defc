import { sizeOf } from '../../tensor/shape.ts';
import { overTensors, type Numbers } from '../internal/loops.ts';
import type { Loop } from '../loop.ts';
import type { ReadWindowAttributes } from './read-window.ts';

/** Each row of a part is a border, a run of the map and another border; what a window covers is copied over it. */
export const readWindow: Loop<ReadWindowAttributes> = (context, machine) => {
  const { attributes, inputs, outputs } = context;
  const { stride, before, from, to, fill } = attributes;
  const [places, map, window] = inputs;
  const [n, c, p, q] = outputs[0]!.shape as [number, number, number, number];
  const [, , h, w] = map!.shape as [number, number, number, number];
  const [, , r, s] = (window?.shape ?? [0, 0, 0, 0]) as [number, number, number, number];
  const columns = places!.shape[1]!;
  const size = sizeOf(outputs[0]!.shape);
  return overTensors(context, machine, [n * c, size], ({ inputs: numbers, outputs: [y] }, first, end) => {
    const [placesOf, mapOf, windowOf] = numbers as [Numbers, Numbers, Numbers | undefined];
    const placeOf = (image: number, column: number, axis: 0 | 1): number =>
      column < 0 ? 0 : placesOf[(image * columns + column) * 2 + axis]!;
    for (let part = first; part < end; part++) {
      const image = Math.floor(part / c);
      const top = placeOf(image, to, 0) * stride[0]! - before[0]!;
      const left = placeOf(image, to, 1) * stride[1]! - before[1]!;
      const windowTop = placeOf(image, from, 0) - top;
      const windowLeft = placeOf(image, from, 1) - left;
      const [low, high] = [Math.min(Math.max(0, -left), q), Math.max(Math.min(q, w - left), 0)];
      for (let i = 0; i < p; i++) {
        const line = (part * p + i) * q;
        y!.fill(fill, line, line + q);
        if (top + i < 0 || top + i >= h || low >= high) continue;
        const row = ((part % c) * h + top + i) * w + left;
        y!.set(mapOf.subarray(row + low, row + high), line + low);
        if (i < windowTop || i >= windowTop + r) continue;
        const [start, stop] = [Math.max(low, windowLeft), Math.min(high, windowLeft + s)];
        const source = (part * r + i - windowTop) * s - windowLeft;
        if (start < stop) y!.set(windowOf!.subarray(source + start, source + stop), line + start);
      }
    }
  });
};
