import type { Executable } from '../../engine/backend.ts';
import type { Model, Sample } from '../../engine/model.ts';
import { withInputShapes } from '../../graph/batch.ts';
import { baseTensors } from '../../graph/incremental/base.ts';
import type { PatchPositions } from '../../graph/incremental/extent.ts';
import { groupPositions } from '../../graph/incremental/groups.ts';
import { incremental, type Incremental } from '../../graph/incremental/incremental.ts';
import { prune } from '../../graph/prune.ts';
import { splitHead, type SplitGraph } from '../../graph/split-head.ts';
import type { Graph } from '../../ir/graph.ts';
import { sizeOf, type Shape } from '../../tensor/shape.ts';
import { float32, type Data, type Tensor } from '../../tensor/tensor.ts';
import { copyPatch, cutWindow, type GridCell, type PatchGrid, type PatchShape } from './patch.ts';

/** A picture and a patch that slides over it. */
export interface OccludedPicture {
  readonly sample: Sample;
  readonly patch: PatchShape;
  readonly grid: PatchGrid;
  /** What shows through the patch, as a whole input. */
  readonly fill: Float32Array;
}

/** A network that looks at it. */
export interface Occluding extends OccludedPicture {
  readonly model: Model;
  /** Made of the model's: its outputs [1, …] are wanted with the patch at each position. */
  readonly graph: Graph;
  /** Positions run at once, about. */
  readonly batch: number;
  readonly signal: AbortSignal | undefined;
}

/** Positions that were run together. */
export interface OccludedBatch {
  readonly cells: readonly GridCell[];
  /** The outputs of the graph [n, …], n at least the number of cells. */
  readonly outputs: readonly Tensor[];
}

/** The input with the patch over a position, [c, h, w]. */
export function occludedInput(occluded: OccludedPicture, cell: GridCell): Float32Array {
  const { sample, fill } = occluded;
  const input = Float32Array.from(sample.input.data);
  copyPatch(fill, input, sizesOf(sample), squareOf(occluded, cell));
  return input;
}

/** What the patch covers at a position. */
function squareOf(
  { patch, grid }: OccludedPicture,
  { row, col }: GridCell,
): readonly [top: number, left: number, side: number] {
  return [grid.start + row * patch.stride, grid.start + col * patch.stride, patch.size];
}

/** Where the patch lies at some rows and columns of the grid, at all by default. */
export function positionsOf(
  { grid, patch }: OccludedPicture,
  rows: readonly number[] = [...Array(grid.rows).keys()],
  cols: readonly number[] = [...Array(grid.cols).keys()],
): PatchPositions {
  const start = (i: number): number => grid.start + i * patch.stride;
  return { rows: rows.map(start), cols: cols.map(start), size: patch.size };
}

/** One whole pass for every position. */
export async function* wholePasses(
  occluding: Occluding,
  cells: readonly GridCell[],
): AsyncGenerator<OccludedBatch, void, undefined> {
  const { model, graph, batch, signal } = occluding;
  const shape = [batch, ...model.input.shape.slice(1)];
  const executable = await model.compile(prune(withInputShapes(graph, { [model.input.name]: shape })), { signal });
  try {
    for (const group of batches(cells, batch)) {
      const inputs = stacked(shape, group, (cell) => occludedInput(occluding, cell));
      yield { cells: group, outputs: Object.values(await executable.run({ [model.input.name]: inputs }, { signal })) };
    }
  } finally {
    executable.dispose();
  }
}

/** Groups along an axis beyond which further graphs cost more than smaller windows save. */
const MOST_GROUPS = 4;

/** Positions that run alone for which a graph with windows of their own is worth being made. */
const POSITIONS_OF_GRAPH = 8;

/** Batches whose fully connected layers are run at once. */
const HEAD_BATCHES = 4;

/** The same in positions, at least: weights that are read for fewer take longer than what is computed with them. */
const LEAST_HEADS = 16;

/**
 * Passes over what the patch changes, one block size of cells after the other. Positions whose windows are alike are run
 * together: the more positions, the finer they are sorted. `base` is that of {@link runBase}.
 */
export async function* windowedPasses(
  occluding: Occluding,
  base: Readonly<Record<string, Tensor>>,
  cells: readonly GridCell[],
): AsyncGenerator<OccludedBatch, void, undefined> {
  const split = splitHead(occluding.graph);
  const body = split ? { ...occluding, graph: split.body } : occluding;
  // Positions that run alone leave no batch half empty, so that all block sizes can share their graphs.
  const shared = occluding.batch === 1 ? groupsOf(body, cells) : undefined;
  const graphs = new WindowedGraphs(body, base, shared !== undefined);
  try {
    for (const size of distinct(cells.map(({ block }) => -block))) {
      const level = cells.filter(({ block }) => block === -size);
      const passes = levelPasses(body, graphs, shared ? ofLevel(shared, level) : groupsOf(body, level));
      if (!split) yield* passes;
      else yield* headPasses(occluding, split, level.length, passes);
    }
  } finally {
    graphs.dispose();
  }
}

/** The cells of a level in their groups. */
function ofLevel(groups: readonly LikeCells[], level: readonly GridCell[]): LikeCells[] {
  const wanted = new Set(level);
  return groups
    .map((group) => ({ ...group, own: group.own.filter((cell) => wanted.has(cell)) }))
    .filter(({ own }) => own.length > 0);
}

async function* levelPasses(
  occluding: Occluding,
  graphs: WindowedGraphs,
  groups: readonly LikeCells[],
): AsyncGenerator<OccludedBatch, void, undefined> {
  for (const like of groups) {
    const size = evenSize(like.own.length, occluding.batch);
    const { windowed, executable } = await graphs.of(like, size);
    for (const group of batches(like.own, size)) {
      const places = group.map(({ row, col }) => [like.rows.indexOf(row), like.cols.indexOf(col)] as const);
      yield { cells: group, outputs: await runWindows(occluding, windowed, executable, { group, places }) };
    }
  }
}

interface WindowedGraph {
  readonly windowed: Incremental;
  readonly executable: Executable;
}

/** The graphs of groups of positions: all of them, or only the last one where they take too much memory together. */
class WindowedGraphs {
  readonly #occluding: Occluding;
  readonly #base: Readonly<Record<string, Tensor>>;
  readonly #keeps: boolean;
  readonly #ready = new Map<string, WindowedGraph>();

  constructor(occluding: Occluding, base: Readonly<Record<string, Tensor>>, keeps: boolean) {
    this.#occluding = occluding;
    this.#base = base;
    this.#keeps = keeps;
  }

  /** That of so many positions of a group at once. */
  async of({ rows, cols }: LikeCells, batch: number): Promise<WindowedGraph> {
    const key = JSON.stringify([rows, cols, batch]);
    const known = this.#ready.get(key);
    if (known) return known;
    if (!this.#keeps) this.dispose();
    const { model, graph, signal } = this.#occluding;
    const positions = positionsOf(this.#occluding, rows, cols);
    const windowed = incremental(graph, { input: model.input.name, positions, batch, base: this.#base });
    const made = { windowed, executable: await model.compile(windowed.graph, { signal }) };
    this.#ready.set(key, made);
    return made;
  }

  dispose(): void {
    for (const { executable } of this.#ready.values()) executable.dispose();
    this.#ready.clear();
  }
}

/** Runs the head of a graph on what the body gave, several batches at once. */
async function* headPasses(
  { model, graph, batch, signal }: Occluding,
  { body, head }: SplitGraph,
  count: number,
  passes: AsyncGenerator<OccludedBatch, void, undefined>,
): AsyncGenerator<OccludedBatch, void, undefined> {
  const size = evenSize(count, Math.max(HEAD_BATCHES * batch, LEAST_HEADS));
  const codes = body.outputs[0]!;
  const shape = [size, ...head.values.get(codes)!.shape.slice(1)];
  const executable = await model.compile(withInputShapes(head, { [codes]: shape }), { signal });
  try {
    let waiting: { readonly cell: GridCell; readonly rows: readonly Data[] }[] = [];
    let left = count;
    for await (const { cells, outputs } of passes) {
      waiting.push(...cells.map((cell, i) => ({ cell, rows: outputs.map((output) => rowOf(output, i)) })));
      while (waiting.length >= size || (waiting.length > 0 && waiting.length === left)) {
        const group = waiting.slice(0, size);
        waiting = waiting.slice(size);
        left -= group.length;
        const gathered = (i: number): Tensor => {
          const { shape: own } = body.values.get(body.outputs[i]!)!;
          return stacked([size, ...own.slice(1)], group, ({ rows }) => rows[i]!);
        };
        const results = await executable.run({ [codes]: gathered(0) }, { signal });
        const outputs = graph.outputs.map((name) =>
          Object.hasOwn(results, name) ? results[name]! : gathered(body.outputs.indexOf(name)),
        );
        yield { cells: group.map(({ cell }) => cell), outputs };
      }
    }
  } finally {
    executable.dispose();
  }
}

/** One pass without a patch, for the tensors around the windows. */
export async function runBase(occluding: Occluding): Promise<Readonly<Record<string, Tensor>>> {
  const { model, sample, graph, signal } = occluding;
  const { name } = model.input;
  const tensors = baseTensors(graph, name, positionsOf(occluding)).filter((tensor) => tensor !== name);
  const executable = await model.compile(prune(graph, tensors), { signal });
  try {
    return { [name]: sample.input, ...(await executable.run({ [name]: sample.input }, { signal })) };
  } finally {
    executable.dispose();
  }
}

/** Cells of like windows, and their rows and columns. */
interface LikeCells {
  readonly rows: readonly number[];
  readonly cols: readonly number[];
  readonly own: readonly GridCell[];
}

function groupsOf(occluding: Occluding, cells: readonly GridCell[]): LikeCells[] {
  const { model, graph, batch } = occluding;
  const [rows, cols] = [distinct(cells.map(({ row }) => row)), distinct(cells.map(({ col }) => col))];
  // Half a batch of positions with windows of their own is better than a full one with larger windows.
  const each = batch === 1 ? POSITIONS_OF_GRAPH : batch / 2;
  const count = Math.min(Math.max(Math.floor(Math.sqrt(cells.length / each)), 1), MOST_GROUPS);
  const groups = groupPositions(graph, model.input.name, positionsOf(occluding, rows, cols), count);
  return groups.rows
    .flatMap((down) =>
      groups.cols.map((right) => {
        const [ownRows, ownCols] = [down.map((i) => rows[i]!), right.map((i) => cols[i]!)];
        const own = cells.filter(({ row, col }) => ownRows.includes(row) && ownCols.includes(col));
        return { rows: ownRows, cols: ownCols, own };
      }),
    )
    .filter(({ own }) => own.length > 0);
}

interface Group {
  readonly group: readonly GridCell[];
  /** Indices of each cell into the rows and columns of the windowed graph. */
  readonly places: readonly (readonly [number, number])[];
}

async function runWindows(
  occluding: Occluding,
  windowed: Incremental,
  executable: Executable,
  { group, places }: Group,
): Promise<readonly Tensor[]> {
  const { sample, fill, signal } = occluding;
  const { shape } = windowed.graph.values.get(windowed.window)!;
  const [, channels, rows, cols] = shape as [number, number, number, number];
  const sizes = sizesOf(sample);
  const original = sample.input.data as Float32Array;
  const covered = Float32Array.from(original);
  const window = new Float32Array(channels * rows * cols);
  const windows = stacked(shape, group, (cell, i) => {
    const square = squareOf(occluding, cell);
    copyPatch(fill, covered, sizes, square);
    cutWindow(covered, window, sizes, windowed.cornerOf(...places[i]!), [rows, cols]);
    copyPatch(original, covered, sizes, square);
    return window;
  });
  const inputs = { [windowed.window]: windows, [windowed.places]: windowed.placesOf(places) };
  return Object.values(await executable.run(inputs, { signal }));
}

/** A tensor of a shape [n, …] with what is made of each item; what is left of it stays zero. */
function stacked<T>(shape: Shape, items: readonly T[], make: (item: T, i: number) => Data): Tensor {
  const size = sizeOf(shape.slice(1));
  const data = new Float32Array(sizeOf(shape));
  items.forEach((item, i) => {
    data.set(make(item, i), i * size);
  });
  return float32(shape, data);
}

function rowOf({ shape, data }: Tensor, i: number): Data {
  const size = sizeOf(shape.slice(1));
  return data.subarray(i * size, (i + 1) * size);
}

/** Size of batches of about `usual`, as even as possible, since what is left of a batch is run for nothing. */
function evenSize(count: number, usual: number): number {
  return Math.ceil(count / Math.max(1, Math.round(count / usual)));
}

function sizesOf({ input }: Sample): [channels: number, height: number, width: number] {
  return input.shape.slice(1) as [number, number, number];
}

function batches<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
