import { defineOp, type NodeContext, type Op } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { expectAxis, expectRank, shapeError } from '../internal/check.ts';
import { evenTile } from '../internal/tile.ts';
import { expectImage } from '../internal/window.ts';

export interface ReadWindowAttributes {
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
      shader: 'resample/read-window',
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
