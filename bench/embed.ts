// node scripts/page.mjs bench/embed.ts [points …]: t-SNE beside two libraries in the same page, on points in 50 dimensions.
// What is timed: the affinities with the first iteration, and further iterations on their own. umap-js does another
// thing, stochastic steps over a graph of neighbours: its epochs and ours are no like units, its time for a whole map is.
import { UMAP } from 'umap-js';
import { affinities, stepGraph } from '../src/corpus/tsne.ts';
import { normalNumbers, randomNumbers } from '../src/tensor/random.ts';
import { createWebGpuBackend } from '../src/engine/webgpu.ts';
import { float32 } from '../src/tensor/tensor.ts';

const DIMENSIONS = 50;
const CLUSTERS = 10;
const PERPLEXITY = 30;
const ROUNDS = 3;
/** Iterations of a round for each. */
const STEPS = { ours: 20, umap: 5, tsneJs: 3 } as const;

/** tsne-js was not done with four iterations of 5,000 points after ten minutes, beside other work. */
const TSNE_JS_LIMIT = 2000;

interface TsneJs {
  init(input: { data: readonly number[][]; type: 'dense' }): void;
  run(): unknown;
  rerun(): unknown;
  on(event: 'progressIter', listener: () => void): void;
}
type TsneJsClass = new (options: Record<string, unknown>) => TsneJs;

const page = globalThis as unknown as {
  __args: readonly string[];
  __exit: (code: number) => void;
  TSNE: TsneJsClass;
};

/** A library without a module: it leaves a global. */
function loadScript(src: string): Promise<unknown> {
  const script = document.createElement('script');
  script.src = src;
  document.head.append(script);
  return new Promise((resolve, reject) => {
    script.onload = resolve;
    script.onerror = () => {
      reject(new Error(`${src} cannot be loaded`));
    };
  });
}

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

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

async function compare(n: number): Promise<void> {
  const rows = clusters(n);
  const points = float32(
    [DIMENSIONS, n],
    Array.from({ length: DIMENSIONS * n }, (_, at) => rows[at % n]![Math.floor(at / n)]! / 2),
  );
  const print = (what: string, setUp: number, times: readonly number[], note = ''): void => {
    const first = setUp > 0 ? `set-up ${setUp.toFixed(0)} ms` : '';
    console.log(
      `${n} points  ${what.padEnd(24)} ${first.padEnd(18)} ${median(times).toFixed(2).padStart(9)} ms ${note}`,
    );
  };

  let executable: Awaited<ReturnType<typeof backend.compile>> | undefined;
  const setUp = await timed(async () => {
    const p = await affinities(backend, points, PERPLEXITY);
    executable = await backend.compile(stepGraph(p), {
      state: { y: 'next_y', velocity: 'next_velocity', gains: 'next_gains' },
    });
  });
  const draw = normalNumbers(randomNumbers(1));
  const plane = (value: () => number): ReturnType<typeof float32> =>
    float32([2, n], Array.from({ length: 2 * n }, value));
  const schedule = { exaggeration: float32([1], [12]), rates: float32([2], [0.5, Math.max(n / 48, 50)]) };
  await executable!.run(
    { ...schedule, y: plane(() => 1e-4 * draw()), velocity: plane(() => 0), gains: plane(() => 1) },
    { read: [] },
  );
  const ours = (): Promise<number> =>
    timed(() => executable!.run(schedule, { steps: STEPS.ours, read: ['next_y'] })).then((ms) => ms / STEPS.ours);

  const umap = new UMAP({ nNeighbors: 15, random: randomNumbers(1) });
  let epochs = 0;
  const umapSetUp = await timed(() => (epochs = umap.initializeFit(rows)));
  const theirs = (): Promise<number> =>
    timed(() => {
      for (let i = 0; i < STEPS.umap; i++) umap.step();
    }).then((ms) => ms / STEPS.umap);

  const [mine, other]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    mine.push(await ours());
    other.push(await theirs());
  }
  print('t-SNE on the GPU', setUp, mine, 'an iteration');
  print('umap-js', umapSetUp, other, `an epoch of ${epochs}`);
  executable!.dispose();
  if (n > TSNE_JS_LIMIT) return;
  const js = new page.TSNE({ dim: 2, perplexity: PERPLEXITY, nIter: STEPS.tsneJs + 1, metric: 'euclidean' });
  js.init({ data: rows, type: 'dense' });
  const stamps: number[] = [];
  js.on('progressIter', () => stamps.push(performance.now()));
  const jsMs = await timed(() => js.run());
  const gaps = stamps.slice(1).map((stamp, i) => stamp - stamps[i]!);
  print('tsne-js', jsMs - gaps.reduce((a, b) => a + b, 0), gaps, 'an iteration');
}

const [backend] = await Promise.all([createWebGpuBackend(), loadScript('/node_modules/tsne-js/build/tsne.min.js')]);
console.log(`on ${backend.adapter.name}, ${navigator.hardwareConcurrency} cores; medians of ${ROUNDS} rounds`);
const sizes = page.__args.length > 0 ? page.__args.map(Number) : [1000, 5000];
for (const n of sizes) await compare(n);
backend.dispose();
page.__exit(0);
