import type { ConvolutionKernels } from './convolution-kernels.ts';
import { BYTES, type ConvolutionShape, type FilterPacking } from './plan.ts';

/** How filters are read: place of the first tap, steps between groups, filters, channels, and taps along both axes. */
export interface FilterOrder {
  readonly start: number;
  readonly group: number;
  readonly k: number;
  readonly c: number;
  readonly tap: readonly [number, number];
}

/** Filters [group·k, c, r, s] as they lie. */
export function inOrder({ k, c, windows: { h, w } }: ConvolutionShape): FilterOrder {
  const taps = h.kernel * w.kernel;
  return { start: 0, group: k * c * taps, k: c * taps, c: taps, tap: [w.kernel, 1] };
}

/** So many numbers, a step apart. */
export type Run = readonly [count: number, step: number];

/** Where matrices lie: rows, and columns along three axes, the last of which is the fastest. Places and steps are numbers. */
export interface Matrices {
  readonly start: number;
  readonly groups: Run;
  readonly rows: Run;
  readonly columns: readonly [Run, Run, Run];
}

/** Filters as matrices [k][c·r·s]. */
export function matricesOf({ group, k, c, windows: { h, w } }: ConvolutionShape, order: FilterOrder): Matrices {
  const [down, across] = order.tap;
  return {
    start: order.start,
    groups: [group, order.group],
    rows: [k, order.k],
    columns: [
      [c, order.c],
      [h.kernel, down],
      [w.kernel, across],
    ],
  };
}

/** How many numbers there are, and how many bytes they are apart. */
const inBytes = ([count, step]: Run): Run => [count, BYTES * step];

/**
 * Matrices, multiplied by `factor`, in blocks of `height` rows, the last of which is filled up with zeros:
 * [group][block][column][rows]. Under a height of 0 blocks have the rows that the tiles take.
 */
export function inBlocks(
  kernels: ConvolutionKernels,
  { start, groups, rows, columns }: Matrices,
  { height, factor = 1 }: { readonly height: number; readonly factor?: number },
): FilterPacking {
  const runs = [groups, rows, ...columns];
  const padded = height === 0 ? rows[0] : height * Math.ceil(rows[0] / height);
  return {
    order: `blocks of ${height}: ${start} ${runs.join(' ')} times ${factor}`,
    size: padded * [groups, ...columns].reduce((size, [count]) => size * count, 1),
    pack: (from, to) => {
      const [[c, cStep], [h, hStep], [w, wStep]] = columns.map(inBytes) as [Run, Run, Run];
      kernels.packBlocks(
        from + BYTES * start,
        ...inBytes(groups),
        ...inBytes(rows),
        height,
        c,
        cStep,
        h,
        hStep,
        w,
        wStep,
        factor,
        to,
      );
    },
  };
}

/** Rows of the blocks that so many rows are cut into. */
export function blockHeights(rows: number, rowsOf: (left: number) => number): readonly number[] {
  const heights: number[] = [];
  for (let left = rows; left > 0; left -= heights.at(-1)!) heights.push(rowsOf(left));
  return heights;
}
