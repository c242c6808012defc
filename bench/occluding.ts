import type { Backend } from '../src/engine/backend.ts';
import { Model } from '../src/engine/model.ts';
import { fold } from '../src/graph/fold.ts';
import { occlusionBound } from '../src/graph/incremental/bound.ts';
import type { Graph } from '../src/ir/graph.ts';
import {
  positionsOf,
  runBase,
  wholePasses,
  windowedPasses,
  type OccludedBatch,
  type Occluding,
} from '../src/methods/parts/occluded.ts';
import { coarseToFine, patchGrid } from '../src/methods/parts/patch.ts';
import { blankPicture } from '../src/models/picture.ts';
import { PREPROCESSING_PRESETS } from '../src/models/manifest.ts';
import { importOnnx } from '../src/onnx/import.ts';
import type { Tensor } from '../src/tensor/tensor.ts';
import { NETS } from '../test/support/nets.ts';
import { relativeError } from '../test/support/numbers.ts';
import { Random } from '../test/support/random.ts';
import { spread } from './interleave.ts';

/** Positions at once. */
export const BATCH = 8;
export const SIZE = 16;
/** Required of the scores. */
export const TOLERANCE = 1e-5;
/** Tells the time in ms: CPU time where the system tells. */
export type Clock = () => Promise<number>;

const CLASSES = 1000;
/** Batches of whole passes that are timed in a round: they all take the same time. */
const WHOLE_BATCHES = 1;

/** Distance of neighbouring positions, px: 196, 49 or 25 of them, so that a network takes a few minutes. */
export const STRIDES: Readonly<Record<string, number>> = {
  squeezenet: 16,
  alexnet: 16,
  resnet18: 32,
  googlenet: 32,
  vgg11: 52,
  vgg16: 52,
};

/** A network, its picture, and where a patch goes over it. */
export interface Occlusion {
  readonly net: string;
  readonly input: Tensor;
  readonly patch: { readonly size: number; readonly stride: number };
  /** How many times fewer multiplications it could do with. */
  readonly bound: number;
  /** Largest relative L2 difference of a position's scores from those of a whole pass. */
  readonly error: number;
  /** That of the scores of two positions: those that no patch changes would be equal for the wrong reason. */
  readonly moved: number;
  readonly positions: number;
  /** Times a position, ms. */
  whole(): Promise<number>;
  windowed(): Promise<number>;
  dispose(): void;
}

export interface OcclusionOptions {
  readonly size?: number;
  readonly stride?: number;
  /** Positions whose scores are compared, about; all by default. */
  readonly compared?: number;
}

/** Makes a network ready, and compares the scores of incremental occlusion with those of whole passes. */
export async function occlude(
  net: string,
  backend: Backend,
  clock: Clock,
  { size = SIZE, stride = STRIDES[net]!, compared = Infinity }: OcclusionOptions = {},
): Promise<Occlusion> {
  const graph = await load(net);
  const preprocessing = { ...PREPROCESSING_PRESETS.torch, height: 224, width: 224, resize: 224 };
  const model = tieredUp(new Model({ name: net, graph, backend, preprocessing }));
  const random = new Random(4);
  const { shape } = model.input;
  const [, , height, width] = shape as [number, number, number, number];
  const patch = { size, stride, placement: 'inside' as const };
  const grid = patchGrid(height, width, patch);
  const input = random.tensor(shape);
  const occluding: Occluding = {
    model,
    sample: { crop: blankPicture(width, height), placement: { scaleX: 1, scaleY: 1, x: 0, y: 0 }, input },
    graph,
    patch,
    grid,
    fill: new Float32Array(random.tensor(shape).data),
    batch: BATCH,
    signal: undefined,
  };
  const cells = coarseToFine(grid.rows, grid.cols);
  const base = await runBase(occluding);
  const ours = await run(windowedPasses(occluding, base, cells), clock);
  const theirs = await run(wholePasses(occluding, cells), clock, compared);
  const keys = [...theirs.logits.keys()];
  // The weights stay on the device meanwhile, as in a page that shows the network's answer.
  const answering = await model.compile(graph);
  return {
    net,
    input,
    patch,
    bound: occlusionBound(graph, model.input.name, positionsOf(occluding)),
    error: Math.max(...keys.map((key) => relativeError(ours.logits.get(key)!, theirs.logits.get(key)!))),
    moved: relativeError(theirs.logits.get(keys[0]!)!, theirs.logits.get(keys.at(-1)!)!),
    positions: cells.length,
    whole: async () => (await run(wholePasses(occluding, cells), clock, WHOLE_BATCHES * BATCH)).ms,
    windowed: async () => (await run(windowedPasses(occluding, base, cells), clock)).ms,
    dispose: () => {
      answering.dispose();
      model.dispose();
    },
  };
}

/** Whole and windowed passes in turn. */
export async function rounds(
  occlusion: Occlusion,
  count: number,
): Promise<{ ratios: readonly number[]; reached: number; share: number; before: number; after: number }> {
  const before: number[] = [];
  const after: number[] = [];
  for (let round = 0; round < count; round++) {
    before.push(await occlusion.whole());
    after.push(await occlusion.windowed());
  }
  const ratios = before.map((ms, i) => ms / after[i]!);
  const reached = spread(ratios).median;
  const share = reached / occlusion.bound;
  return { ratios, reached, share, before: spread(before).median, after: spread(after).median };
}

async function load(net: string): Promise<Graph> {
  if (net !== 'squeezenet') return NETS[net as keyof typeof NETS]();
  const file = await fetch('/models/squeezenet1.1.onnx');
  return fold(await importOnnx(new Uint8Array(await file.arrayBuffer())));
}

/** Uses the kernels of long runs from the start, on both sides: how soon each would change to them is not what is compared. */
function tieredUp(model: Model): Model {
  const compile = model.compile.bind(model);
  model.compile = async (...call) => {
    const executable = await compile(...call);
    await executable.tierUp();
    return executable;
  };
  return model;
}

interface Run {
  /** Of a position. */
  readonly ms: number;
  /** Scores of each position, by its row and column. */
  readonly logits: ReadonlyMap<string, ArrayLike<number>>;
}

/** Runs passes, up to some positions. */
async function run(
  passes: AsyncGenerator<OccludedBatch, void, undefined>,
  clock: Clock,
  most = Infinity,
): Promise<Run> {
  const logits = new Map<string, ArrayLike<number>>();
  const began = await clock();
  for await (const { cells, outputs } of passes) {
    const { data } = outputs[0]!;
    cells.forEach(({ row, col }, i) => {
      logits.set(`${row},${col}`, data.subarray(i * CLASSES, (i + 1) * CLASSES));
    });
    if (logits.size >= most) break;
  }
  return { ms: ((await clock()) - began) / logits.size, logits };
}
