import { sizeOf } from '../../tensor/shape.ts';
import { BYTES, inParts, overTensors, type Numbers } from '../internal/loops.ts';
import type { Loop } from '../loop.ts';
import type { ReadWindowAttributes } from './read-window.ts';

/** Kernels copy so many numbers in the time of an operation of a plain loop. */
const COPIED = 16;

/** Where a part begins in its map, and the window in the part. */
type Corners = readonly [top: number, left: number, windowTop: number, windowLeft: number];

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
  const cornersOf = (placesOf: Numbers, image: number): Corners => {
    const placeOf = (column: number, axis: 0 | 1): number =>
      column < 0 ? 0 : placesOf[(image * columns + column) * 2 + axis]!;
    const top = placeOf(to, 0) * stride[0]! - before[0]!;
    const left = placeOf(to, 1) * stride[1]! - before[1]!;
    return [top, left, placeOf(from, 0) - top, placeOf(from, 1) - left];
  };
  const { kernels, memory } = machine;
  if (kernels) {
    return inParts(
      n * c,
      size / COPIED,
      ({ inputs: [placesAt, mapAt, windowAt = 0], outputs: [yAt] }) =>
        (first, end) => {
          const placesOf = memory.unsigned(placesAt!, n * columns * 2);
          for (let part = first; part < end;) {
            const image = Math.floor(part / c);
            const channel = part % c;
            const planes = Math.min(end - part, c - channel);
            const mapFrom = mapAt! + BYTES * channel * h * w;
            const windowFrom = windowAt + BYTES * part * r * s;
            const y = yAt! + BYTES * part * p * q;
            const corners = cornersOf(placesOf, image);
            kernels.run.readWindow(mapFrom, planes, h, w, windowFrom, r, s, y, p, q, ...corners, fill);
            part += planes;
          }
        },
    );
  }
  return overTensors(context, machine, [n * c, size], ({ inputs: numbers, outputs: [y] }, first, end) => {
    const [placesOf, mapOf, windowOf] = numbers as [Numbers, Numbers, Numbers | undefined];
    for (let part = first; part < end; part++) {
      const [top, left, windowTop, windowLeft] = cornersOf(placesOf, Math.floor(part / c));
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
