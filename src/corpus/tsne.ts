import { checkNumber, checkWhole } from '../check.ts';
import type { AdapterDescription, Backend, Executable } from '../engine/backend.ts';
import { ArgumentError, ShapeError } from '../errors.ts';
import type { Graph } from '../ir/graph.ts';
import { MAX_POINTS, MAX_STEPS, SEEDS } from '../limits.ts';
import { graphBuilder, loadFamilies } from '../ops/registry.ts';
import { formatShape } from '../tensor/shape.ts';
import { filled } from '../tensor/elementwise.ts';
import { float32, type Tensor } from '../tensor/tensor.ts';
import { breather } from '../work/breathe.ts';
import { checkCodes, meanOf } from '../methods/parts/points.ts';
import { normalNumbers, randomNumbers } from '../tensor/random.ts';

export interface TsneOptions {
  /** About how many neighbours count; 30 by default, and a third of the pictures at most. */
  readonly perplexity?: number | undefined;
  /** Decides where the points start. The same seed gives the same map on the same device. */
  readonly seed?: number | undefined;
  /** Where the points start instead [n, 2]. */
  readonly start?: Tensor | undefined;
  /** False leaves the exaggerated iterations out, for points that go on from `start`: they would gather again. */
  readonly exaggerate?: boolean | undefined;
  readonly iterations?: number | undefined;
  /** By default a 48th of the number of points, at least 50 (Belkina et al. 2019, for gradients with their factor 4). */
  readonly learningRate?: number | undefined;
  /** A map is yielded about this often, ms; more often only costs readbacks. */
  readonly pace?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Points on a plane that stand for pictures, while they find their places. */
export interface Embedding {
  /** [n, 2] */
  readonly positions: Float32Array;
  /** Iterations done, of `iterations`. */
  readonly done: number;
  readonly iterations: number;
  /** What a reader should know. */
  readonly notes: readonly string[];
  /** KL(P‖Q), what t-SNE makes small, in nats; of the last map of a run. */
  readonly divergence?: number;
  readonly ms: number;
  /** Who did the arithmetic; undefined for the page's own thread. */
  readonly adapter?: AdapterDescription;
}

// As in van der Maaten's bhtsne (github.com/lvdmaaten/bhtsne): attraction is exaggerated while the points find each other.
const EXAGGERATION = 12;
const EXAGGERATED_ITERATIONS = 250;
const MOMENTUM = [0.5, 0.8] as const;
const START_DEVIATION = 1e-4;
const PACE_MS = 40;
/** Steps in one go, however fast they are. */
const MOST_AT_ONCE = 50;

/**
 * Exact t-SNE (van der Maaten & Hinton 2008) of codes [n, d], on a backend: perplexities, early exaggeration, momentum and
 * gains, all n² pairs in each iteration. Positions stay on the device and are read at the pace of the display.
 * n = 5,000 takes 100 MB there and as much here. Yields the start and then maps, the last with its divergence.
 */
export async function* tsne(
  backend: Backend,
  codes: Tensor,
  options: TsneOptions = {},
): AsyncGenerator<Embedding, void, undefined> {
  const began = performance.now();
  const breathe = breather(options.signal);
  const { seed = 1, iterations = 1000, pace = PACE_MS, signal } = options;
  const exaggerated = options.exaggerate === false ? 0 : EXAGGERATED_ITERATIONS;
  const [n, d] = checkCodes(codes);
  const { perplexity, notes } = perplexityFor(n, options.perplexity ?? 30);
  const rate = options.learningRate ?? Math.max(n / 48, 50);
  checkNumber('the learning rate', rate, { above: 0 });
  checkWhole('iterations', iterations, 1, MAX_STEPS);
  checkWhole('seed', seed, ...SEEDS);
  if (pace !== Infinity) checkNumber('pace', pace, { least: 0 });
  if (n > MAX_POINTS) {
    const remedy = 'Take a part of them, or UMAP.';
    throw new ArgumentError('there are too many pictures', {
      expected: `at most ${MAX_POINTS}`,
      got: String(n),
      remedy,
    });
  }
  const places = options.start ? planes(options.start, n) : startingPlaces(n, seed);
  const snapshot = (positions: Float32Array, done: number, divergence?: number): Embedding => ({
    positions: interleaved(positions),
    done,
    iterations,
    notes: [...notes],
    ms: performance.now() - began,
    adapter: backend.adapter,
    ...(divergence === undefined ? {} : { divergence }),
  });
  if (n < 2) {
    yield { ...snapshot(new Float32Array(2 * n), iterations), notes: [n === 0 ? 'There are no pictures.' : ALONE] };
    return;
  }
  const points = unitPoints(codes, [n, d]);
  if (points.data.every((value) => value === 0)) notes.push('All codes are the same: the places mean nothing.');
  // Whoever gets the first map draws all of its pictures
  await breathe();
  yield snapshot(places, 0);

  const p = await affinities(backend, points, perplexity, signal);
  const executable = await backend.compile(stepGraph(p), { state: STATE, signal });
  try {
    let positions = places;
    const resting = (): Record<string, Tensor> => ({
      y: float32([2, n], positions),
      velocity: float32([2, n], new Float32Array(2 * n)),
      gains: float32([2, n], new Float32Array(2 * n).fill(1)),
    });
    let given = resting();
    for (let done = 0, wanted = 1; done < iterations;) {
      const early = done < exaggerated;
      const steps = Math.min(wanted, (early ? Math.min(exaggerated, iterations) : iterations) - done);
      const from = performance.now();
      const inputs = {
        ...given,
        exaggeration: float32([1], [early ? EXAGGERATION : 1]),
        rates: float32([2], [MOMENTUM[early ? 0 : 1], rate]),
      };
      const iteration = done;
      const restore = (): Record<string, Tensor> => {
        notes.push(`The GPU was lost and opened again: the points went on from rest in iteration ${iteration}.`);
        return resting();
      };
      const { next_y: next } = await executable.run(inputs, { steps, read: ['next_y'], restore, signal });
      positions = next!.data as Float32Array;
      given = {};
      done += steps;
      wanted = Math.min(Math.max(1, Math.round((steps * pace) / (performance.now() - from))), MOST_AT_ONCE, 2 * steps);
      if (done < iterations) yield snapshot(positions, done);
    }
    yield snapshot(positions, iterations, await divergenceOf(backend, p, float32([2, n], positions), signal));
  } finally {
    executable.dispose();
  }
}

const ALONE = 'A single picture has no neighbours.';
const STATE = { y: 'next_y', velocity: 'next_velocity', gains: 'next_gains' };

/** Joint probabilities [n, n rounded up to 4] of points [d, n] (van der Maaten & Hinton 2008, eq. 1 and §3.1). */
export async function affinities(
  backend: Backend,
  points: Tensor,
  perplexity: number,
  signal?: AbortSignal,
): Promise<Tensor> {
  await loadFamilies(['tsne']);
  const builder = graphBuilder();
  const x = builder.input('x', 'float32', points.shape);
  const rows = builder.add('perplexity', [builder.add('squared-distances', [x])], { perplexity });
  const p = builder.add('joint-probabilities', [x, rows]);
  return runOnce(backend, builder.build('t-SNE, affinities', [p]), { x: points }, signal);
}

/** KL(P‖Q) of places y [2, n], in nats; sums of sums in float64. */
export async function divergenceOf(backend: Backend, p: Tensor, y: Tensor, signal?: AbortSignal): Promise<number> {
  await loadFamilies(['tsne']);
  const builder = graphBuilder();
  const at = builder.input('y', 'float32', y.shape);
  const sums = builder.add('tsne-divergence', [builder.constant('p', p), at]);
  const { data } = await runOnce(backend, builder.build('t-SNE, divergence', [sums]), { y }, signal);
  const third = data.length / 3;
  const [w, wanted, terms] = [0, 1, 2].map((k) => {
    let sum = 0;
    for (let i = k * third; i < (k + 1) * third; i++) sum += data[i]!;
    return sum;
  }) as [number, number, number];
  return terms + wanted * Math.log(w);
}

/** One iteration. The gradient is an output too, under the name `gradient`; nothing reads it in a run. */
export function stepGraph(p: Tensor): Graph {
  const shape = [2, p.shape[0]!];
  const builder = graphBuilder();
  const [y, velocity, gains] = ['y', 'velocity', 'gains'].map((name) => builder.input(name, 'float32', shape));
  const exaggeration = builder.input('exaggeration', 'float32', [1]);
  const rates = builder.input('rates', 'float32', [2]);
  const sums = builder.add('tsne-forces', [builder.constant('p', p), y!]);
  const parts = builder.value(sums).shape[1]!;
  const w = builder.add('slice', [sums], { starts: [0, 0, 0], sizes: [1, parts, shape[1]!], steps: [1, 1, 1] });
  const z = builder.add('reduce', [w], { mode: 'sum', axes: [0, 1, 2], keepdims: true });
  const gradient = builder.add('tsne-gradient', [sums, z, exaggeration], {}, { outputs: ['gradient'] });
  const outputs = ['next_y', 'next_velocity', 'next_gains'];
  builder.addAll('delta-bar-delta', [y!, velocity!, gains!, gradient, rates], {}, { outputs });
  return builder.build('t-SNE', [...outputs, gradient]);
}

async function runOnce(
  backend: Backend,
  graph: Graph,
  inputs: Readonly<Record<string, Tensor>>,
  signal: AbortSignal | undefined,
): Promise<Tensor> {
  const executable: Executable = await backend.compile(graph, { signal });
  try {
    return (await executable.run(inputs, { signal }))[graph.outputs[0]!]!;
  } finally {
    executable.dispose();
  }
}

/** The perplexity that n points allow. */
function perplexityFor(n: number, wanted: number): { readonly perplexity: number; readonly notes: string[] } {
  checkNumber('perplexity', wanted, { least: 1 });
  const most = Math.max(1, (n - 1) / 3);
  if (wanted <= most || n < 2) return { perplexity: wanted, notes: [] };
  const used = Number(most.toFixed(1));
  const notes = [`A perplexity of ${wanted} is too much for ${n} pictures: it is ${used}, a third of the others.`];
  return { perplexity: most, notes };
}

/** Centred and of mean square 1, so that no square leaves the range of float32, as [d, n]. Equal codes become zeros. */
function unitPoints(codes: Tensor, [n, d]: readonly [number, number]): Tensor {
  const mean = meanOf(codes, [n, d]);
  let sum = 0;
  const at = (i: number, k: number): number => codes.data[i * d + k]! - mean[k]!;
  for (let i = 0; i < n; i++) for (let k = 0; k < d; k++) sum += at(i, k) ** 2;
  const scale = sum > 0 ? Math.sqrt((n * d) / sum) : 0;
  const points = new Float32Array(d * n);
  for (let i = 0; i < n; i++) for (let k = 0; k < d; k++) points[k * n + i] = at(i, k) * scale;
  return float32([d, n], points);
}

/** Normal numbers [2, n]. A point's place does not depend on how many come after it. */
function startingPlaces(n: number, seed: number): Float32Array {
  const draw = normalNumbers(randomNumbers(seed));
  const places = new Float32Array(2 * n);
  for (let i = 0; i < n; i++) for (let axis = 0; axis < 2; axis++) places[axis * n + i] = START_DEVIATION * draw();
  return places;
}

function planes({ shape, data }: Tensor, n: number): Float32Array {
  if (shape.length !== 2 || shape[0] !== n || shape[1] !== 2) {
    throw new ShapeError('these are no places of the pictures', {
      expected: formatShape([n, 2]),
      got: formatShape(shape),
    });
  }
  return filled(2 * n, (at) => data[(at % n) * 2 + Math.floor(at / n)]!);
}

function interleaved(places: Float32Array): Float32Array {
  const n = places.length / 2;
  return filled(2 * n, (at) => places[(at % 2) * n + Math.floor(at / 2)]!);
}
