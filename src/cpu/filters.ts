import type { ConvolutionShape, FilterPacking } from './plan.ts';

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

/** Matrices of which one number lies `start` + group, row and column on. */
interface Matrices {
  readonly start: number;
  readonly groups: Int32Array;
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}

export function steps(count: number, step: number): Int32Array {
  const list = new Int32Array(count);
  for (let i = 0; i < count; i++) list[i] = i * step;
  return list;
}

/** Where the taps [c, r, s] of a filter lie. */
function tapsOf({ c, windows: { h, w } }: ConvolutionShape, order: FilterOrder): Int32Array {
  const taps = h.kernel * w.kernel;
  const places = new Int32Array(c * taps);
  for (let tap = 0; tap < taps; tap++) {
    const first = Math.floor(tap / w.kernel) * order.tap[0] + (tap % w.kernel) * order.tap[1];
    for (let channel = 0; channel < c; channel++) places[channel * taps + tap] = channel * order.c + first;
  }
  return places;
}

/** Filters as matrices [k][c·r·s]. */
export function matricesOf(shape: ConvolutionShape, order: FilterOrder): Matrices {
  return {
    start: order.start,
    groups: steps(shape.group, order.group),
    rows: steps(shape.k, order.k),
    columns: tapsOf(shape, order),
  };
}

/** The matrices in blocks of the rows that the tiles take: [group][block][column][rows]. */
export function inBlocks(name: string, rowsOf: (left: number) => number, matrices: Matrices): FilterPacking {
  const { start, groups, rows, columns } = matrices;
  const heights = blockHeights(rows.length, rowsOf);
  const last = (list: Int32Array): string => `${String(list.length)}·${String(list.at(-1))}`;
  return {
    order: `${name} ${[groups, rows, columns].map(last).join(' ')} from ${String(start)} in ${heightsText(heights)}`,
    size: groups.length * rows.length * columns.length,
    pack: (filters, packed) => {
      let at = 0;
      for (const group of groups) {
        let row = 0;
        for (const height of heights) {
          for (const column of columns) {
            const from = start + group + column;
            for (let i = 0; i < height; i++) packed[at++] = filters[from + rows[row + i]!]!;
          }
          row += height;
        }
      }
    },
  };
}

/** Rows of the blocks that so many rows are cut into. */
export function blockHeights(rows: number, rowsOf: (left: number) => number): readonly number[] {
  const heights: number[] = [];
  for (let left = rows; left > 0; left -= heights.at(-1)!) heights.push(rowsOf(left));
  return heights;
}

/** `6·10, 4·1`: so many blocks of so many rows. */
export function heightsText(heights: readonly number[]): string {
  const kinds = [...new Set(heights)];
  return kinds
    .map((kind) => `${String(kind)}·${String(heights.filter((height) => height === kind).length)}`)
    .join(', ');
}
