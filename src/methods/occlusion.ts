import { checkChoice, checkList, checkNumber, checkWhole, shown } from '../check.ts';
import type { AdapterDescription } from '../engine/backend.ts';
import type { Head } from '../engine/head.ts';
import type { Model, Sample } from '../engine/model.ts';
import { ArgumentError } from '../errors.ts';
import { occlusionBound } from '../graph/incremental/bound.ts';
import { prune } from '../graph/prune.ts';
import type { Graph, Value } from '../ir/graph.ts';
import { MAX_BATCH, MAX_OCCLUSION_NUMBERS } from '../limits.ts';
import type { ImageSource } from '../models/image.ts';
import { blankPicture, type Picture } from '../models/picture.ts';
import { toInput, toPicture } from '../models/preprocess.ts';
import { graphBuilder, loadFamilies } from '../ops/registry.ts';
import { sizeOf } from '../tensor/shape.ts';
import { float32, type Tensor } from '../tensor/tensor.ts';
import { argMax, forward } from './parts/forward.ts';
import { occludedInput, positionsOf, runBase, wholePasses, windowedPasses, type Occluding } from './parts/occluded.ts';
import { blurred, coarseToFine, patchGrid, type GridCell, type PatchGrid, type PatchShape } from './parts/patch.ts';
import { firstClass, readings } from './parts/scores.ts';
import { lastSpatialLayer, spatialTensor } from './parts/spatial.ts';
import { classIdOf, unitIn } from './parts/target.ts';

/** What covers the picture: mid grey, the network's mean colour (a zero input), the blurred picture, or RGB 0…255. */
export type PatchFill = 'gray' | 'mean' | 'blur' | readonly [r: number, g: number, b: number];

export interface Patch extends PatchShape {
  readonly fill: PatchFill;
}

export interface OcclusionOptions extends Partial<Patch> {
  /** Class whose probability is mapped, as in other methods; `top-1` by default. */
  readonly target?: number | string | undefined;
  /**
   * Layer whose feature map is summed: that of "layer:channel", or the one with the largest sum; the last layer with a
   * spatial extent before the scores by default.
   */
  readonly layer?: string | undefined;
  /** Positions run at once, about: batches are made even, so none is more than half as large again. */
  readonly batch?: number | undefined;
  /** A whole pass for every position: the reference for the faster way, which gives the same numbers. */
  readonly exhaustive?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Maps [rows, cols] over the positions of the patch. */
interface OcclusionMaps {
  /** Probability of the class; where the network gives values the value. */
  readonly probability: Float32Array;
  /** Sum of the feature map. */
  readonly activation: Float32Array;
  /** Best class. */
  readonly topClass: Int32Array;
  /** Unnormalised scores [rows · cols, classes]; only of positions that were run. */
  readonly logits: Float32Array;
  /** 1 where a position was run. */
  readonly known: Uint8Array;
}

/**
 * The three maps of Zeiler & Fergus 2014, fig. 7, while they fill. Snapshots of one run share their arrays; a position
 * not yet run holds the value of the coarser one that stands for it.
 */
export interface Occlusion extends OcclusionMaps {
  readonly patch: Patch;
  readonly grid: PatchGrid;
  readonly classId: number;
  /** The same numbers without a patch. */
  readonly before: {
    readonly probability: number;
    readonly activation: number;
    readonly topClass: number;
    /** Unnormalised scores [classes]. */
    readonly logits: ArrayLike<number>;
  };
  /** The feature map that is summed. */
  readonly feature: { readonly layer: string; readonly channel: number };
  /** Positions that were run. */
  readonly done: number;
  /** A whole pass was run for every position, since that was asked for or the patch changes everything. */
  readonly exhaustive: boolean;
  /**
   * Where it was not: how many times faster it can be, counted in multiplications, and is so far, against as many passes
   * like the one that was timed before, compilation of what was new included.
   */
  readonly speedup: { readonly bound: number; readonly reached: number } | undefined;
  readonly ms: number;
  readonly adapter: AdapterDescription;
}

/**
 * A GPU gains from a batch; on a processor a smaller one shows results sooner. The CPU backend computes one image after the
 * other anyway, and a graph for one position serves all block sizes.
 */
const BATCH = { gpu: 32, software: 8, cpu: 1 } as const;

/** A bound below which whole passes are as good as windows. */
const LEAST_GAIN = 1.05;

/**
 * Occlusion: the network looks at the picture with the patch at every position. Only what the patch can change is computed
 * again, which gives the same numbers as whole passes. Yields after each batch, from a coarse grid to the full one. Throws
 * ArgumentError for a patch, class or layer that makes no sense.
 */
export async function* occlusion(
  model: Model,
  picture: ImageSource | Sample,
  options: OcclusionOptions = {},
): AsyncGenerator<Occlusion, void, undefined> {
  const began = performance.now();
  const { adapter } = await model.open();
  const { target = 'top-1', signal, batch = BATCH[deviceOf(adapter)] } = options;
  const patch = checkedPatch(model, options);
  checkWhole('batch', batch, 1, MAX_BATCH);
  const { layer, channel: chosen } = unitIn(model, options.layer ?? lastSpatialLayer(model));
  const features = spatialTensor(model, layer);
  const wanted = target === 'top-1' ? undefined : classIdOf(model, target);

  const sample = await model.prepare(picture, { signal });
  const pass = (): Promise<Tensor[]> => forward(model, sample, [model.logits, features.name], signal);
  const [scores, activations] = await pass();
  const topClass = argMax(scores!.data);
  const classId = wanted ?? firstClass(model.head, scores!.data);
  const { channel, sum } = featureMap(activations!, chosen);
  const [, , height, width] = model.input.shape as [number, number, number, number];
  const grid = patchGrid(height, width, patch);
  const occluding: Occluding = {
    model,
    sample,
    graph: measuredGraph(model, features, channel),
    patch,
    grid,
    fill: coveringInput(model, sample, patch),
    batch,
    signal,
  };
  await loadFamilies(['resample']);
  const bound = occlusionBound(occluding.graph, model.input.name, positionsOf(occluding));
  const exhaustive = options.exhaustive === true || bound < LEAST_GAIN;
  const maps = emptyMaps(grid, scores!.data.length);
  const fixed = {
    ...maps,
    patch,
    grid,
    classId,
    before: {
      probability: readings(model.head, scores!.data)[classId]!,
      activation: sum,
      topClass,
      logits: scores!.data,
    },
    feature: { layer, channel },
    exhaustive,
    adapter,
  };

  const cells = coarseToFine(grid.rows, grid.cols);
  const passes = exhaustive
    ? wholePasses(occluding, cells)
    : windowedPasses(occluding, await runBase(occluding), cells);
  // The first pass compiled shaders too.
  const passMs = exhaustive ? 0 : await timed(pass);
  let done = 0;
  let passesMs = 0;
  let resumed = performance.now();
  for await (const { cells: group, outputs } of passes) {
    passesMs += performance.now() - resumed;
    await model.expectFinite(outputs, sample.input);
    const [logits, sums] = outputs as [Tensor, Tensor];
    record(maps, grid, group, { head: model.head, logits, sums, classId });
    done += group.length;
    const speedup = exhaustive ? undefined : { bound, reached: (passMs * done) / passesMs };
    yield { ...fixed, done, speedup, ms: performance.now() - began };
    resumed = performance.now();
  }
}

/** The picture as the network saw it with the patch at a position, for display. */
export function occludedPicture(model: Model, sample: Sample, patch: Patch, row: number, col: number): Picture {
  const [, , height, width] = model.input.shape as [number, number, number, number];
  checkedPatch(model, patch);
  const grid = patchGrid(height, width, patch);
  checkWhole('row', row, 0, grid.rows - 1);
  checkWhole('column', col, 0, grid.cols - 1);
  const setting = {
    model,
    sample,
    patch,
    grid,
    fill: coveringInput(model, sample, patch),
  };
  return toPicture(float32(sample.input.shape, occludedInput(setting, { row, col, block: 1 })), model.preprocessing);
}

function deviceOf({ backend, software }: AdapterDescription): keyof typeof BATCH {
  if (backend === 'cpu') return 'cpu';
  return software ? 'software' : 'gpu';
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function checkedPatch(
  model: Model,
  { size = 32, stride = 8, placement = 'inside', fill = 'gray' }: OcclusionOptions,
): Patch {
  const [, , height, width] = model.input.shape as [number, number, number, number];
  const side = Math.min(height, width);
  if (!Number.isInteger(size) || size < 1 || size > side) {
    throw new ArgumentError('the patch does not fit the picture', {
      expected: `a whole number of pixels from 1 to ${side}`,
      got: shown(size),
      remedy: 'The size counts pixels of the network’s input, not of the photo.',
    });
  }
  if (!Number.isInteger(stride) || stride < 1) {
    throw new ArgumentError('the stride makes no sense', {
      expected: 'a whole number of pixels, at least 1',
      got: shown(stride),
    });
  }
  checkChoice('placement', placement, PLACEMENTS);
  checkFill(fill);
  checkScores(model, patchGrid(height, width, { size, stride, placement }));
  return { size, stride, placement, fill };
}

const PLACEMENTS = ['inside', 'overhang'] as const;
const FILLS = ['gray', 'mean', 'blur'] as const;

function checkFill(fill: PatchFill): void {
  if (typeof fill === 'string') {
    checkChoice('fill', fill, FILLS);
    return;
  }
  const [r, g, b] = checkList('fill', fill, 3);
  for (const value of [r, g, b]) checkNumber('a colour of the fill', value, { least: 0, most: 255 });
}

function checkScores({ graph, logits }: Model, { rows, cols }: PatchGrid): void {
  const numbers = rows * cols * sizeOf(graph.values.get(logits)!.shape);
  if (numbers <= MAX_OCCLUSION_NUMBERS) return;
  throw new ArgumentError('the scores of all classes at all positions take too much memory', {
    expected: `at most ${MAX_OCCLUSION_NUMBERS} numbers`,
    got: `${numbers} for ${rows}×${cols} positions`,
    remedy: 'Take a larger stride.',
  });
}

/** A channel, or the one with the largest sum. */
function featureMap({ data, shape }: Tensor, chosen: number | undefined): { channel: number; sum: number } {
  const [, channels, height, width] = shape as [number, number, number, number];
  const plane = height * width;
  const sums = Array.from({ length: channels }, (_, c) => {
    let sum = 0;
    for (let i = c * plane; i < (c + 1) * plane; i++) sum += data[i]!;
    return sum;
  });
  const channel = chosen ?? argMax(sums);
  return { channel, sum: sums[channel]! };
}

/** The network with the scores [1, classes] and the sum of one feature map [1]. */
function measuredGraph({ graph, logits }: Model, features: Value, channel: number): Graph {
  const builder = graphBuilder(graph);
  const map = builder.add('slice', [features.name], {
    starts: [0, channel, 0, 0],
    sizes: [-1, 1, -1, -1],
    steps: [1, 1, 1, 1],
  });
  const sum = builder.add('reduce', [map], { mode: 'sum', axes: [1, 2, 3], keepdims: false });
  return prune(builder.build(graph.name, [logits, sum]));
}

/** What shows through the patch, as a whole input. */
function coveringInput(model: Model, sample: Sample, { fill, size }: Patch): Float32Array {
  const { width, height } = sample.crop;
  if (fill === 'mean') return new Float32Array(sizeOf(sample.input.shape));
  if (fill === 'blur') {
    // A quarter of the patch is enough to wipe out what the patch could hide
    const soft = blurred(sample.crop, Math.max(1, Math.round(size / 4)));
    return toInput(soft, model.preprocessing).data as Float32Array;
  }
  const colour = fill === 'gray' ? [128, 128, 128] : fill;
  const plain = blankPicture(width, height);
  plain.data.forEach((_, i) => {
    plain.data[i] = i % 4 === 3 ? 255 : colour[i % 4]!;
  });
  return toInput(plain, model.preprocessing).data as Float32Array;
}

function emptyMaps({ rows, cols }: PatchGrid, classes: number): OcclusionMaps {
  const cells = rows * cols;
  return {
    probability: new Float32Array(cells),
    activation: new Float32Array(cells),
    topClass: new Int32Array(cells),
    logits: new Float32Array(cells * classes),
    known: new Uint8Array(cells),
  };
}

interface BatchResults {
  readonly head: Head;
  readonly logits: Tensor;
  readonly sums: Tensor;
  readonly classId: number;
}

function record(
  maps: OcclusionMaps,
  { rows, cols }: PatchGrid,
  group: readonly GridCell[],
  { head, logits, sums, classId }: BatchResults,
): void {
  const classes = maps.logits.length / (rows * cols);
  group.forEach(({ row, col, block }, i) => {
    const scores = logits.data.subarray(i * classes, (i + 1) * classes);
    const cell = row * cols + col;
    maps.logits.set(scores, cell * classes);
    maps.known[cell] = 1;
    const probability = readings(head, scores)[classId]!;
    const topClass = argMax(scores);
    for (let y = row; y < Math.min(row + block, rows); y++) {
      for (let x = col; x < Math.min(col + block, cols); x++) {
        const at = y * cols + x;
        if (at !== cell && maps.known[at] === 1) continue;
        maps.probability[at] = probability;
        maps.activation[at] = sums.data[i]!;
        maps.topClass[at] = topClass;
      }
    }
  });
}
