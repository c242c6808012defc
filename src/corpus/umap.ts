import { checkWhole } from '../check.ts';
import { SEEDS } from '../limits.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { breather } from '../work/breathe.ts';
import { checkCodes } from '../methods/parts/points.ts';
import { loadUmap } from './umap-js.ts';
import { randomNumbers } from '../tensor/random.ts';
import type { Embedding } from './tsne.ts';

export interface UmapOptions {
  /** Neighbours that count; 15 by default, all others at most. */
  readonly neighbors?: number | undefined;
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Fewer points have no graph of neighbours to speak of. */
const LEAST = 4;

/**
 * UMAP (McInnes, Healy & Melville 2018) of codes [n, d] by the library umap-js, which is fetched when first asked for and
 * works on the page's own thread. Yields maps on the way.
 */
export async function* umap(codes: Tensor, options: UmapOptions = {}): AsyncGenerator<Embedding, void, undefined> {
  const began = performance.now();
  const { neighbors: wanted = 15, seed = 1, signal } = options;
  const [n, d] = checkCodes(codes);
  checkWhole('neighbors', wanted, 2, Number.MAX_SAFE_INTEGER);
  checkWhole('seed', seed, ...SEEDS);
  const neighbors = Math.min(wanted, n - 1);
  const notes =
    neighbors < wanted && n >= LEAST ? [`There are only ${n} pictures: ${neighbors} neighbours count.`] : [];
  const snapshot = (positions: Float32Array, done: number, iterations: number): Embedding => ({
    positions,
    done,
    iterations,
    notes,
    ms: performance.now() - began,
  });
  if (n < LEAST) {
    notes.push(`UMAP needs at least ${LEAST} pictures, and there are ${n}: they stand in a row.`);
    yield snapshot(
      Float32Array.from({ length: 2 * n }, (_, at) => (at % 2 === 0 ? at / 2 : 0)),
      0,
      0,
    );
    return;
  }
  const { UMAP } = await loadUmap();
  signal?.throwIfAborted();
  const fit = new UMAP({ nNeighbors: neighbors, random: randomNumbers(seed) });
  const rows = Array.from({ length: n }, (_, i) => [...codes.data.subarray(i * d, (i + 1) * d)]);
  const iterations = fit.initializeFit(rows);
  const breathe = breather(signal);
  const positions = (): Float32Array => Float32Array.from(fit.getEmbedding().flat());
  let last = performance.now();
  for (let done = 1; done <= iterations; done++) {
    fit.step();
    await breathe();
    if (done < iterations && performance.now() - last > PACE_MS) {
      yield snapshot(positions(), done, iterations);
      last = performance.now();
    }
  }
  yield snapshot(positions(), iterations, iterations);
}

const PACE_MS = 40;
