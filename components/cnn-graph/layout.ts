import { ArgumentError } from '../../src/internal.ts';

/** Where the boxes of a diagram lie, and the ways between them: in boxes to the right, and rows from the top. */
export interface DiagramLayout {
  /** Middle of each box. */
  readonly boxes: readonly Place[];
  readonly edges: readonly Edge[];
  /** Boxes side by side at the widest place, and rows. */
  readonly width: number;
  readonly rows: number;
}

export interface Place {
  readonly x: number;
  readonly row: number;
}

export interface Edge {
  readonly from: number;
  readonly to: number;
  /** One place in each row, both ends included. */
  readonly path: readonly Place[];
}

/** Room for a line that passes by, in boxes. */
const LINE = 0.16;
const SWEEPS = 6;
/** Published networks have some hundred boxes; a thousand take a page some 100 ms. */
const MAX_BOXES = 2000;
const MAX_CELLS = 50_000;

/** A box, or a line that passes a row: then `box` is undefined. */
interface Cell {
  readonly box: number | undefined;
  readonly above: Cell[];
  readonly below: Cell[];
  x: number;
}

/**
 * Rows from the top to the bottom, each box below all that it reads; neighbours in a row are ordered by the means of what
 * they are joined to, so that few lines cross (Sugiyama, Tagawa & Toda 1981). `reads`: boxes before it that each box reads.
 * Throws {@link ArgumentError} where there are more than can be drawn.
 */
export function layOut(reads: readonly (readonly number[])[]): DiagramLayout {
  const levels: number[] = [];
  for (const sources of reads)
    levels.push(
      1 +
        largest(
          -1,
          sources.map((source) => levels[source]!),
        ),
    );
  checkSize(reads, levels);
  const rows: Cell[][] = Array.from({ length: largest(-1, levels) + 1 }, () => []);
  const put = (box: number | undefined, row: number): Cell => {
    const cell: Cell = { box, above: [], below: [], x: 0 };
    rows[row]!.push(cell);
    return cell;
  };
  const cells = levels.map((row, box) => put(box, row));
  const chains = reads.flatMap((sources, to) =>
    sources.map((from) => {
      const passing = Array.from({ length: levels[to]! - levels[from]! - 1 }, (_, i) =>
        put(undefined, levels[from]! + 1 + i),
      );
      const chain = [cells[from]!, ...passing, cells[to]!];
      for (const [i, below] of chain.slice(1).entries()) join(chain[i]!, below);
      return { from, to, chain };
    }),
  );
  for (const row of rows) spread(row, () => 0);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const row of rows) sort(row, 'above');
    for (const row of rows.toReversed()) sort(row, 'below');
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const row of rows) spread(row, (cell) => meanOf([...cell.above, ...cell.below]) ?? cell.x);
  }
  const all = rows.flat();
  const left = -largest(
    -Infinity,
    all.map(({ x, box }) => roomOf(box) / 2 - x),
  );
  const right = largest(
    -Infinity,
    all.map(({ x, box }) => x + roomOf(box) / 2),
  );
  const place = (cell: Cell, row: number): Place => ({ x: cell.x - left, row });
  return {
    boxes: cells.map((cell, box) => place(cell, levels[box]!)),
    edges: chains.map(({ from, to, chain }) => ({
      from,
      to,
      path: chain.map((cell, i) => place(cell, levels[from]! + i)),
    })),
    width: all.length > 0 ? right - left : 0,
    rows: rows.length,
  };
}

/** Throws {@link ArgumentError}. Each line has a cell in every row that it passes: there may be the square of the boxes. */
function checkSize(reads: readonly (readonly number[])[], levels: readonly number[]): void {
  let cells = reads.length;
  for (const [to, sources] of reads.entries()) for (const from of sources) cells += levels[to]! - levels[from]! - 1;
  if (reads.length <= MAX_BOXES && cells <= MAX_CELLS) return;
  throw new ArgumentError('the network is too large for a diagram', {
    expected: `at most ${MAX_BOXES.toLocaleString('en')} boxes, and ${MAX_CELLS.toLocaleString('en')} with the rows that lines pass`,
    got: `${reads.length.toLocaleString('en')} and ${cells.toLocaleString('en')}`,
  });
}

/** As `Math.max`, for any number of values. */
function largest(least: number, values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), least);
}

function join(above: Cell, below: Cell): void {
  above.below.push(below);
  below.above.push(above);
}

function roomOf(box: number | undefined): number {
  return box === undefined ? LINE : 1;
}

function meanOf(cells: readonly Cell[]): number | undefined {
  return cells.length > 0 ? cells.reduce((sum, { x }) => sum + x, 0) / cells.length : undefined;
}

/** Orders a row by what its cells are joined to on one side; where that is the same they stay as they are. */
function sort(row: Cell[], side: 'above' | 'below'): void {
  const wish = new Map(row.map((cell) => [cell, meanOf(cell[side]) ?? cell.x]));
  row.sort((a, b) => wish.get(a)! - wish.get(b)!);
  spread(row, (cell) => wish.get(cell)!);
}

/**
 * Gives each cell of a row the place it wishes for, as nearly as their order and sizes allow: least squares by joining
 * neighbours that would overlap (isotonic regression).
 */
function spread(row: readonly Cell[], wish: (cell: Cell) => number): void {
  let offset = 0;
  const offsets = row.map(({ box }, i) => {
    if (i > 0) offset += (roomOf(row[i - 1]!.box) + roomOf(box)) / 2;
    return offset;
  });
  const groups: { sum: number; count: number }[] = [];
  for (const [i, cell] of row.entries()) {
    let group = { sum: wish(cell) - offsets[i]!, count: 1 };
    for (;;) {
      const before = groups.at(-1);
      if (!before || before.sum / before.count < group.sum / group.count) break;
      groups.pop();
      group = { sum: before.sum + group.sum, count: before.count + group.count };
    }
    groups.push(group);
  }
  const places = groups.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count));
  for (const [i, cell] of row.entries()) cell.x = places[i]! + offsets[i]!;
}
