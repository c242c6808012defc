import { defineOp, type Op } from '../../ir/op.ts';
import { expectAxis, expectRank, shapeError } from '../internal/check.ts';
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
});
