import { defineOp, type NodeContext, type Op } from '../ir/op.ts';
import { sizeOf } from '../tensor/shape.ts';
import { expectAxis, expectRank, shapeError } from './internal/check.ts';
import { evenTile } from './internal/tile.ts';
import { expectImage } from './internal/window.ts';

interface ReadWindowAttributes {
  /** Height and width of a part. */
  readonly size: readonly number[];
  /** A part of image i begins at places[i, to] · stride − before; to is −1 where all places are the origin. */
  readonly to: number;
  readonly stride: readonly number[];
  readonly before: readonly number[];
  /** The window of image i lies at places[i, from]; −1 where there is none. */
  readonly from: number;
  /** Stands beyond the border of the map. */
  readonly fill: number;
}

/** Elements an invocation makes: they share what is worked out for a row. */
const TILE = 8;
const NONE = 0xffffffff;

/**
 * (places [n, columns, 2], map [1, c, h, w], window [n, c, r, s]) → parts [n, c, …size] of the map as it is with the window
 * of each image in its place. Places are rows and columns of the map.
 */
export const readWindow: Op = defineOp<ReadWindowAttributes>({
  type: 'read-window',
  infer: ({ node, attributes: { size, from, to }, inputs: [places, map, window] }) => {
    expectRank(node, 'the list of places', places!, 3);
    expectAxis(node, 'the list of places', places!, 2, 2);
    const [n, columns] = places!.shape as [number, number];
    if (Math.max(from, to) >= columns) {
      throw shapeError(node, 'there is no such column of places', `less than ${String(columns)}`, `${from} and ${to}`);
    }
    expectImage(node, 'the map', map!);
    expectAxis(node, 'the map', map!, 0, 1);
    if (window) {
      expectImage(node, 'the window', window);
      expectAxis(node, 'the window', window, 0, n);
      expectAxis(node, 'the window', window, 1, map!.shape[1]!);
    }
    return [{ dtype: 'float32', shape: [n, map!.shape[1]!, ...size] }];
  },
  evaluate: ({ attributes, inputs: [places, map, window], outputs: [y] }, [placesv, mapv, windowv]) => {
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
  },
  launches,
});

function launches({ attributes, inputs, outputs: [y] }: NodeContext<ReadWindowAttributes>) {
  const { size: out, to, stride, before, from, fill } = attributes;
  const [places, map, window] = inputs;
  const tile = evenTile(out[1]!, TILE);
  const size = (sizeOf(y!.shape) / out[1]!) * Math.ceil(out[1]! / tile);
  const { name, shape } = window ?? map!;
  return [
    {
      shader: 'extra/read-window',
      constants: { TILE: tile },
      params: {
        size,
        c: map!.shape[1]!,
        map: map!.shape.slice(2),
        window: shape.slice(2),
        out,
        stride,
        before,
        columns: places!.shape[1]!,
        from_column: window ? from : NONE,
        to_column: to < 0 ? NONE : to,
        fill,
      },
      bindings: { places: places!.name, map: map!.name, window: name, y: y!.name },
      threads: [size, 1, 1] as const,
    },
  ];
}
