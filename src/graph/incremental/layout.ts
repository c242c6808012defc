import type { Graph } from '../../ir/graph.ts';
import type { Interval } from '../dependence.ts';
import type { Change } from './extent.ts';

/** Height and width of the windows of a map, and where it is written down where they lie. */
export interface Window {
  readonly size: readonly [number, number];
  readonly column: number;
}

/** The windows of all maps, for a set of positions. */
export interface Layout {
  /** Of the tensors that have one worth having. */
  readonly windows: ReadonlyMap<string, Window>;
  /** Windows that lie alike share a column of the list of places. */
  readonly columns: number;
  placeOf(column: number, row: number, col: number): readonly [top: number, left: number];
}

/** From this share of a map on it is made as a whole: copying around a window costs more than the window saves. */
const WHOLE_FROM = 0.9;

/** Gives each map that can have one a window that holds what changes at each of the positions, and as small as that. */
export function layOut(
  graph: Graph,
  changes: ReadonlyMap<string, Change>,
  canHaveOne: (tensor: string) => boolean,
): Layout {
  const columns: { readonly tops: readonly number[]; readonly lefts: readonly number[] }[] = [];
  const known = new Map<string, number>();
  const windows = new Map<string, Window>();
  for (const [name, change] of changes) {
    if (change === undefined || change === 'everywhere' || !canHaveOne(name)) continue;
    const [, , height, width] = graph.values.get(name)!.shape as [number, number, number, number];
    const [rows, tops] = along(change.rows, height);
    const [cols, lefts] = along(change.cols, width);
    if (rows * cols > WHOLE_FROM * height * width && !graph.inputs.includes(name)) continue;
    const key = JSON.stringify([tops, lefts]);
    const column = known.get(key) ?? columns.length;
    known.set(key, column);
    columns[column] = { tops, lefts };
    windows.set(name, { size: [rows, cols], column });
  }
  return {
    windows,
    columns: columns.length,
    placeOf: (column, row, col) => [columns[column]!.tops[row]!, columns[column]!.lefts[col]!],
  };
}

/** Length and starts of windows that hold the intervals and lie inside an axis. */
function along(intervals: readonly Interval[], extent: number): [length: number, starts: readonly number[]] {
  const length = intervals.reduce((longest, [from, to]) => Math.max(longest, to - from), 1);
  return [length, intervals.map(([from]) => Math.min(from, extent - length))];
}
