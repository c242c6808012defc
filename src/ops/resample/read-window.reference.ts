import type { Reference } from '../../ir/op.ts';
import type { ReadWindowAttributes } from './read-window.ts';

export const readWindow: Reference<ReadWindowAttributes> = (
  { attributes, inputs: [places, map, window], outputs: [y] },
  [placesv, mapv, windowv],
) => {
  const { stride, before, from, to, fill } = attributes;
  const [n, c, p, q] = y!.shape as [number, number, number, number];
  const [, , h, w] = map!.shape as [number, number, number, number];
  const [, , r, s] = window?.shape ?? [0, 0, 0, 0];
  const place = (image: number, column: number, axis: 0 | 1): number =>
    column < 0 ? 0 : placesv![(image * places!.shape[1]! + column) * 2 + axis]!;
  const result = new Float64Array(n * c * p * q).fill(fill);
  for (let part = 0; part < n * c; part++) {
    const image = Math.floor(part / c);
    const channel = part % c;
    for (let i = 0; i < p; i++) {
      const row = place(image, to, 0) * stride[0]! - before[0]! + i;
      const windowRow = row - place(image, from, 0);
      for (let j = 0; j < q; j++) {
        const column = place(image, to, 1) * stride[1]! - before[1]! + j;
        const windowColumn = column - place(image, from, 1);
        if (row < 0 || row >= h || column < 0 || column >= w) continue;
        const covered = windowRow >= 0 && windowRow < r! && windowColumn >= 0 && windowColumn < s!;
        result[(part * p + i) * q + j] = covered
          ? windowv![(part * r! + windowRow) * s! + windowColumn]!
          : mapv![(channel * h + row) * w + column]!;
      }
    }
  }
  return [result];
};
