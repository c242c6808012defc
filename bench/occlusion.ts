// node scripts/page.mjs bench/occlusion.ts [net …]: incremental occlusion beside a whole pass for every position, on the
// same positions in turn: how far the scores are apart, how many times less CPU time it takes, and how many times fewer
// multiplications it could do with. Times are those of all the browser's processes where the system tells, else wall time.
import { Model } from '../src/engine/model.ts';
import { createWebGpuBackend } from '../src/engine/webgpu.ts';
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
import { NETS } from '../test/support/nets.ts';
import { relativeError } from '../test/support/numbers.ts';
import { Random } from '../test/support/random.ts';

const SIZE = 16;
const BATCH = 8;
const ROUNDS = 5;
const CLASSES = 1000;
/** Batches of whole passes that are timed in a round: they all take the same time. */
const WHOLE_BATCHES = 1;
/** Required of the scores, and of the share of the bound. */
const TOLERANCE = 1e-5;
const LEAST_SHARE = 0.65;

/** Distance of neighbouring positions, px: 196, 49 or 25 of them, so that a network takes a few minutes. */
const STRIDES: Readonly<Record<string, number>> = {
  squeezenet: 16,
  alexnet: 16,
  resnet18: 32,
  googlenet: 32,
  vgg11: 52,
  vgg16: 52,
};

const page = globalThis as unknown as {
  __args: readonly string[];
  __exit: (code: number) => void;
  __cpuMs: () => Promise<number | null>;
};

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
  readonly positions: number;
  /** CPU time of a position. */
  readonly ms: number;
  /** Scores of each position, by its row and column. */
  readonly logits: ReadonlyMap<string, ArrayLike<number>>;
}

/** Runs passes, up to some positions. */
async function run(passes: AsyncGenerator<OccludedBatch, void, undefined>, most = Infinity): Promise<Run> {
  const clock = async (): Promise<number> => (await page.__cpuMs()) ?? performance.now();
  const logits = new Map<string, ArrayLike<number>>();
  const began = await clock();
  for await (const { cells, outputs } of passes) {
    const { data } = outputs[0]!;
    cells.forEach(({ row, col }, i) => {
      logits.set(`${row},${col}`, data.subarray(i * CLASSES, (i + 1) * CLASSES));
    });
    if (logits.size >= most) break;
  }
  return { positions: logits.size, ms: ((await clock()) - began) / logits.size, logits };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

const preprocessing = { ...PREPROCESSING_PRESETS.torch, height: 224, width: 224, resize: 224 };
const backend = await createWebGpuBackend();
console.log(`on ${backend.adapter.name}: patch ${SIZE} px, ${BATCH} positions at once, median of ${ROUNDS} rounds`);
let failures = 0;
for (const net of page.__args.length > 0 ? page.__args : Object.keys(STRIDES)) {
  const graph = await load(net);
  const model = tieredUp(new Model({ name: net, graph, backend, preprocessing }));
  const random = new Random(4);
  const { shape } = model.input;
  const [, , height, width] = shape as [number, number, number, number];
  const patch = { size: SIZE, stride: STRIDES[net]!, placement: 'inside' as const };
  const grid = patchGrid(height, width, patch);
  const occluding: Occluding = {
    model,
    sample: {
      crop: blankPicture(width, height),
      placement: { scaleX: 1, scaleY: 1, x: 0, y: 0 },
      input: random.tensor(shape),
    },
    graph,
    patch,
    grid,
    fill: new Float32Array(random.tensor(shape).data),
    batch: BATCH,
    signal: undefined,
  };
  const bound = occlusionBound(graph, model.input.name, positionsOf(occluding));
  const cells = coarseToFine(grid.rows, grid.cols);
  const base = await runBase(occluding);
  const ours = await run(windowedPasses(occluding, base, cells));
  const theirs = await run(wholePasses(occluding, cells));
  const keys = [...theirs.logits.keys()];
  const error = Math.max(...keys.map((key) => relativeError(ours.logits.get(key)!, theirs.logits.get(key)!)));

  // Scores that no patch changes would be equal for the wrong reason.
  const moved = relativeError(theirs.logits.get(keys[0]!)!, theirs.logits.get(keys.at(-1)!)!);

  // The weights stay on the device meanwhile, as in a page that shows the network's answer.
  const answering = await model.compile(graph);
  const rounds: { before: number; after: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = await run(wholePasses(occluding, cells), WHOLE_BATCHES * BATCH);
    const after = await run(windowedPasses(occluding, base, cells));
    rounds.push({ before: before.ms, after: after.ms });
  }
  answering.dispose();
  const ratios = rounds.map(({ before, after }) => before / after);
  const reached = median(ratios);
  const share = reached / bound;
  if (!(error <= TOLERANCE && moved > 10 * TOLERANCE) || share < LEAST_SHARE) failures++;
  console.log(
    [
      net.padEnd(11),
      `${keys.length} positions`.padStart(14),
      `relative L2 ${error.toExponential(1)} (between positions ${moved.toExponential(1)})`,
      `bound ${bound.toFixed(2)}`,
      `reached ${reached.toFixed(2)} (${ratios.map((ratio) => ratio.toFixed(2)).join(', ')})`,
      `share ${(100 * share).toFixed(0)} %`,
      `${median(rounds.map(({ before }) => before)).toFixed(0)} → ${median(rounds.map(({ after }) => after)).toFixed(0)} core-ms a position`,
    ].join('  '),
  );
  model.dispose();
}
backend.dispose();
page.__exit(failures === 0 ? 0 : 1);
