import type { Model, Sample } from '../../engine/model.ts';
import { withInputShapes } from '../../graph/batch.ts';
import { baseTensors } from '../../graph/incremental/base.ts';
import type { PatchPositions } from '../../graph/incremental/extent.ts';
import { groupPositions } from '../../graph/incremental/groups.ts';
import { incremental, type Incremental } from '../../graph/incremental/incremental.ts';
import { prune } from '../../graph/prune.ts';
import type { Graph } from '../../ir/graph.ts';
import { float32, type Tensor } from '../../tensor/tensor.ts';
import { copyPatch, cutWindow, type GridCell, type PatchGrid, type PatchShape } from './patch.ts';

/** A network, a picture and a patch that slides over it. */
export interface Occluding {
  readonly model: Model;
  readonly sample: Sample;
  /** The model's graph, with outputs [1, …] of which the occluded ones are wanted. */
  readonly graph: Graph;
  /** Names the graph among all that are made of the model. */
  readonly key: string;
  readonly patch: PatchShape;
  readonly grid: PatchGrid;
  /** What shows through the patch, as a whole input. */
  readonly fill: Float32Array;
  /** Positions run at once, at most. */
  readonly batch: number;
}

/** Positions that are run together. */
export interface Batch {
  readonly cells: readonly GridCell[];
  /** The outputs of the graph for them [n, …], n at least the number of cells. */
  run(signal: AbortSignal | undefined): Promise<readonly Tensor[]>;
}

/** The picture with the patch over a position, [c, h, w]. */
export function occludedInput(
  { sample, patch, grid, fill }: Omit<Occluding, 'graph' | 'key' | 'batch'>,
  { row, col }: GridCell,
): Float32Array {
  const { shape, data } = sample.input;
  const picture = Float32Array.from(data);
  const [top, left] = [grid.start + row * patch.stride, grid.start + col * patch.stride];
  copyPatch(fill, picture, shape.slice(1) as [number, number, number], [top, left, patch.size]);
  return picture;
}

/** One whole pass for every position. */
export function wholePasses(occluding: Occluding, cells: readonly GridCell[]): Batch[] {
  const { model, graph, key, batch } = occluding;
  const shape = [batch, ...model.input.shape.slice(1)];
  return batches(cells, batch).map((group) => ({
    cells: group,
    run: async (signal) => {
      const results = await model.run(
        `occlusion:${String(batch)}:${key}`,
        () => prune(withInputShapes(graph, { [model.input.name]: shape })),
        () => pictures(occluding, group, shape, (picture) => picture),
        { signal },
      );
      return Object.values(results);
    },
  }));
}

/** Groups along an axis beyond which more graphs cost more than their windows save (measured on SqueezeNet). */
const MOST_GROUPS = 4;

/**
 * Passes over what the patch changes. Positions whose windows are alike are run together: the more positions, the finer they
 * are sorted. `base` has the tensors of {@link runBase}.
 */
export function windowedPasses(
  occluding: Occluding,
  base: Readonly<Record<string, Tensor>>,
  cells: readonly GridCell[],
): Batch[] {
  const { model, graph, batch } = occluding;
  const input = model.input.name;
  const [rows, cols] = [distinct(cells.map(({ row }) => row)), distinct(cells.map(({ col }) => col))];
  const positions = positionsOf(occluding, rows, cols);
  // Half a batch of positions with windows of their own is better than a full one with larger windows.
  const count = Math.min(Math.max(Math.round(Math.sqrt((2 * cells.length) / batch)), 1), MOST_GROUPS);
  const groups = groupPositions(graph, input, positions, count);
  return groups.rows.flatMap((down) =>
    groups.cols.flatMap((right) => {
      const [ownRows, ownCols] = [down.map((i) => rows[i]!), right.map((i) => cols[i]!)];
      const own = cells.filter(({ row, col }) => ownRows.includes(row) && ownCols.includes(col));
      // As even as possible, since what is left of a batch is run for nothing
      const size = Math.ceil(own.length / Math.ceil(own.length / batch));
      const within = positionsOf(occluding, ownRows, ownCols);
      let made: Incremental | undefined;
      return batches(own, size).map((group) => ({
        cells: group,
        run: (signal: AbortSignal | undefined) => {
          made ??= incremental(graph, { input, positions: within, batch: size });
          const places = group.map(({ row, col }) => [ownRows.indexOf(row), ownCols.indexOf(col)] as const);
          return runWindows(occluding, made, { base, group, places, within }, signal);
        },
      }));
    }),
  );
}

/** One pass without a patch, for the tensors that windows are surrounded by. */
export async function runBase(occluding: Occluding, signal?: AbortSignal): Promise<Readonly<Record<string, Tensor>>> {
  const { model, sample, graph, key } = occluding;
  const names = baseTensors(graph, model.input.name, positionsOf(occluding));
  const ofGraph = names.filter((name) => name !== model.input.name);
  const results = await model.run(
    `occlusion:base:${key}`,
    () => prune(graph, ofGraph),
    () => sample.input,
    { signal },
  );
  return { ...results, [model.input.name]: sample.input };
}

/** Where the patch lies at some rows and columns of the grid, at all by default. */
export function positionsOf(
  { grid, patch }: Pick<Occluding, 'grid' | 'patch'>,
  rows: readonly number[] = [...Array(grid.rows).keys()],
  cols: readonly number[] = [...Array(grid.cols).keys()],
): PatchPositions {
  const start = (i: number): number => grid.start + i * patch.stride;
  return { rows: rows.map(start), cols: cols.map(start), size: patch.size };
}

interface Windows {
  readonly base: Readonly<Record<string, Tensor>>;
  readonly group: readonly GridCell[];
  /** Indices of each cell into the rows and columns of `within`. */
  readonly places: readonly (readonly [number, number])[];
  readonly within: PatchPositions;
}

async function runWindows(
  occluding: Occluding,
  { graph, window, places: placesInput, base: baseInputs, cornerOf, placesOf }: Incremental,
  { base, group, places, within }: Windows,
  signal: AbortSignal | undefined,
): Promise<readonly Tensor[]> {
  const { model, key, sample } = occluding;
  const { shape } = graph.values.get(window)!;
  const [rows, cols] = shape.slice(2) as [number, number];
  const channels = sample.input.shape.slice(1) as [number, number, number];
  const cut = (picture: Float32Array, i: number): Float32Array => {
    const part = new Float32Array(channels[0] * rows * cols);
    cutWindow(picture, part, channels, cornerOf(...places[i]!), [rows, cols]);
    return part;
  };
  const feed = (input: string): Tensor => {
    if (input === window) return pictures(occluding, group, shape, cut);
    return input === placesInput ? placesOf(places) : base[baseInputs.get(input)!]!;
  };
  const results = await model.run(`occlusion:${JSON.stringify([shape[0], within])}:${key}`, () => graph, feed, {
    signal,
  });
  return Object.values(results);
}

/** An input [n, …] with what is made of the picture of each cell; what is left of it stays zero. */
function pictures(
  occluding: Occluding,
  group: readonly GridCell[],
  shape: readonly number[],
  make: (picture: Float32Array, i: number) => Float32Array,
): Tensor {
  const size = shape.slice(1).reduce((a, b) => a * b);
  const inputs = new Float32Array(shape[0]! * size);
  group.forEach((cell, i) => {
    inputs.set(make(occludedInput(occluding, cell), i), i * size);
  });
  return float32(shape, inputs);
}

function batches<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
