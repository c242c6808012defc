import { UMAP } from 'umap-js';
import { normalNumbers, randomNumbers } from '../../src/tensor/random.ts';
import { affinities, stepGraph } from '../../src/corpus/tsne.ts';
import type { Backend } from '../../src/engine/backend.ts';
import { float32, type Tensor } from '../../src/tensor/tensor.ts';
import { host, type Row } from '../host.ts';
import { interleave, spread, type Contender } from '../interleave.ts';
import type { Part } from './part.ts';

/** On the CPU a map of as many points as a page would let it make. */
const SIZES = { webgpu: [1000, 5000], cpu: [1000] } as const;
const DIMENSIONS = 50;
const CLUSTERS = 10;
const PERPLEXITY = 30;
/** Iterations at a time: ours come back to the page once for all of them. */
const STEPS = 10;
/** tsne-js was not done with four iterations of 5,000 points after ten minutes. */
const TSNE_JS_MOST = 2000;
const TSNE_JS_STEPS = 3;

interface TsneJs {
  init(input: { data: readonly number[][]; type: 'dense' }): void;
  run(): unknown;
  on(event: 'progressIter', listener: () => void): void;
}
type TsneJsClass = new (options: Record<string, unknown>) => TsneJs;

/** Somebody who moves points, `STEPS` iterations a run. */
interface Embedder extends Contender {
  readonly setUpMs: number;
  readonly what: string;
}

/** Iterations of t-SNE beside other libraries. */
export const embed: Part = async ({ backend, cost }) => {
  const rows: Row[] = [];
  for (const n of SIZES[backend.adapter.backend === 'cpu' ? 'cpu' : 'webgpu']) {
    const points = clusters(n);
    const embedders = [await ours(backend, points)];
    if (host.peers) embedders.push(umapJs(points), ...(await scikitLearn(n)));
    const timings = await interleave(embedders);
    for (const { dispose } of embedders) await dispose?.();
    const own = cost(timings.get(embedders[0]!.name)!) / STEPS;
    for (const { name, what, setUpMs } of embedders) {
      const { coreMs, wallMs, rounds } = timings.get(name)!;
      const [core, wall] = [coreMs, wallMs].map(
        (all) => all && spread([all.min, all.median, all.max].map((ms) => ms / STEPS)),
      );
      const ratio = cost(timings.get(name)!) / STEPS / own;
      rows.push({
        points: String(n),
        library: name,
        what,
        'core-ms': core,
        'wall ms': wall,
        rounds,
        'times our cost': ratio,
        'set-up, wall ms': setUpMs,
      });
    }
    if (host.peers && n <= TSNE_JS_MOST) rows.push({ points: String(n), ...(await tsneJs(points)) });
  }
  return { rows, notes: NOTES };
};

const NOTES = [
  'umap-js does another thing, stochastic steps over a graph of neighbours: its epochs and our iterations are no like ' +
    'units. tsne-js tells wall times only, and takes minutes for an iteration of 5,000 points, which are left out. ' +
    'scikit-learn draws its points itself and starts Python in its set-up; it is there where `python3` has it.',
];

/** Clusters of points [n][d]. */
function clusters(n: number): number[][] {
  const draw = normalNumbers(randomNumbers(3));
  const row = (): number[] => Array.from({ length: DIMENSIONS }, draw);
  const centres = Array.from({ length: CLUSTERS }, row);
  return Array.from({ length: n }, (_, i) => row().map((value, k) => value + 1.5 * centres[i % CLUSTERS]![k]!));
}

async function timed(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function ours(backend: Backend, points: readonly (readonly number[])[]): Promise<Embedder> {
  const n = points.length;
  const columns = float32(
    [DIMENSIONS, n],
    Array.from({ length: DIMENSIONS * n }, (_, at) => points[at % n]![Math.floor(at / n)]! / 2),
  );
  let executable: Awaited<ReturnType<typeof backend.compile>> | undefined;
  const setUpMs = await timed(async () => {
    const p = await affinities(backend, columns, PERPLEXITY);
    const state = { y: 'next_y', velocity: 'next_velocity', gains: 'next_gains' };
    executable = await backend.compile(stepGraph(p), { state });
  });
  const draw = normalNumbers(randomNumbers(1));
  const plane = (value: () => number): Tensor => float32([2, n], Array.from({ length: 2 * n }, value));
  const schedule = { exaggeration: float32([1], [12]), rates: float32([2], [0.5, Math.max(n / 48, 50)]) };
  const start = { y: plane(() => 1e-4 * draw()), velocity: plane(() => 0), gains: plane(() => 1) };
  await executable!.run({ ...schedule, ...start }, { read: [] });
  return {
    name: 'Unpool',
    what: 'iteration, all pairs',
    setUpMs,
    run: () => executable!.run(schedule, { steps: STEPS, read: ['next_y'] }),
    dispose: () => {
      executable!.dispose();
    },
  };
}

function umapJs(points: number[][]): Embedder {
  const umap = new UMAP({ nNeighbors: 15, random: randomNumbers(1) });
  const began = performance.now();
  const epochs = umap.initializeFit(points);
  return {
    name: 'umap-js',
    what: `epoch of ${String(epochs)}`,
    setUpMs: performance.now() - began,
    run: () => {
      for (let i = 0; i < STEPS; i++) umap.step();
      return Promise.resolve();
    },
  };
}

/** In a process of its own, with the points it draws itself; one at a time. */
async function scikitLearn(n: number): Promise<Embedder[]> {
  const methods = { exact: 'iteration, all pairs', 'barnes-hut': 'iteration, Barnes–Hut' };
  const embedders: Embedder[] = [];
  for (const [method, what] of Object.entries(methods)) {
    let cpuMs = 0;
    const ask = async (question: object): Promise<string | undefined> => {
      const answer = await host.ask('scikit_learn', method, question);
      cpuMs = answer?.cpuMs ?? 0;
      return answer?.version;
    };
    let version: string | undefined;
    const setUpMs = await timed(async () => {
      version = await ask({ method, points: n });
    });
    if (version === undefined) return [];
    embedders.push({
      name: `scikit-learn ${version}, ${method}`,
      what,
      setUpMs,
      run: () => ask({ steps: STEPS }),
      cpuMs: () => Promise.resolve(cpuMs),
    });
  }
  return embedders;
}

/** Tells when an iteration ends, and that only: it cannot be run step by step. */
async function tsneJs(points: readonly number[][]): Promise<Row> {
  const TSNE = await loadTsneJs();
  const js = new TSNE({ dim: 2, perplexity: PERPLEXITY, nIter: TSNE_JS_STEPS + 1, metric: 'euclidean' });
  js.init({ data: points, type: 'dense' });
  const stamps: number[] = [];
  js.on('progressIter', () => stamps.push(performance.now()));
  const all = await timed(() => js.run());
  const gaps = stamps.slice(1).map((stamp, i) => stamp - stamps[i]!);
  return {
    library: 'tsne-js',
    what: 'iteration, all pairs',
    'wall ms': spread(gaps),
    rounds: gaps.length,
    'set-up, wall ms': all - gaps.reduce((a, b) => a + b, 0),
  };
}

/** A library without a module: it leaves a global. */
async function loadTsneJs(): Promise<TsneJsClass> {
  const script = document.createElement('script');
  script.src = '/node_modules/tsne-js/build/tsne.min.js';
  document.head.append(script);
  await new Promise((resolve, reject) => {
    script.onload = resolve;
    script.onerror = () => {
      reject(new Error(`${script.src} cannot be loaded`));
    };
  });
  return (globalThis as unknown as { TSNE: TsneJsClass }).TSNE;
}
