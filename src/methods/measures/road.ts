import { checkList, checkNumber } from '../../check.ts';
import type { Model, SampleSource } from '../../engine/model.ts';
import { bellAt, checkSeed } from '../attribution/parts/noise.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { imputed } from './imputation.ts';
import {
  checkPixelMap,
  costOfTarget,
  inputSize,
  plus,
  streamOf,
  subjectOf,
  unitOf,
  type Cost,
  type Measured,
  type MeasureOptions,
} from './measure.ts';
import { scoresOf } from './passes.ts';
import { percentileOf, rankingOf } from './ranking.ts';

export interface RoadOptions extends MeasureOptions {
  /** How much of the picture is taken away, %; 20, 40, 60 and 80 by default. */
  readonly percentiles?: readonly number[] | undefined;
  /** Deviation of the noise on what is filled in, in units of the network's input; 1 % of a usual deviation by default. */
  readonly noise?: number | undefined;
  readonly seed?: number | undefined;
}

export interface RoadSettings {
  readonly percentiles: readonly number[];
  readonly noise: number;
  readonly seed: number;
  readonly classId: number;
}

export interface Road extends Measured<RoadSettings> {
  /** Probabilities without the most relevant pixels, one for each percentile. */
  readonly mostFirst: readonly number[];
  /** Probabilities without the least relevant pixels. */
  readonly leastFirst: readonly number[];
  /** What the reader should know. */
  readonly notes: readonly string[];
}

const PERCENTILES = [20, 40, 60, 80] as const;
const MAX_PERCENTILES = 100;
/** Deviation of pixels of ImageNet, 0…255: 1 % of it is what the authors add to inputs of variance 1. */
const DEVIATION = 0.225 * 255;
const NOISE = 0.01;
const STREAM = 4000;

/**
 * ROAD (Rong et al. 2022): removes the most and the least relevant pixels by filling them in from their surroundings, so that the hole
 * itself tells nothing, and compares: (mean probability without the least relevant − mean without the most relevant) / 2; more is
 * better, 0 is what a map of chance gets. The curve is the difference at each percentile.
 */
export async function road(model: Model, picture: SampleSource, map: Tensor, options: RoadOptions = {}): Promise<Road> {
  const began = performance.now();
  const { signal, onProgress, seed = 0, noise = NOISE * DEVIATION * unitOf(model) } = options;
  const percentiles = percentilesOf(options);
  checkNumber('the noise', noise, { least: 0 });
  checkSeed(seed);
  const cost = costOfRoad(options);
  const values = scaled(checkPixelMap(model, map));
  const { sample, classId } = await subjectOf(model, picture, options);
  const { channels, height, width, plane } = inputSize(model);

  const notes: string[] = [];
  const scores: Record<'mostFirst' | 'leastFirst', number[]> = { mostFirst: [], leastFirst: [] };
  const stream = streamOf(STREAM, seed);
  let done = 0;
  for (const [order, relevance] of [
    ['leastFirst', values.map((value) => 1 - value)],
    ['mostFirst', values],
  ] as const) {
    const holes: { readonly filled: Float64Array; readonly keep: Uint8Array }[] = [];
    for (const p of percentiles) {
      const { keep, tied } = keptBelow(relevance, p);
      if (tied) notes.push(`So many values are alike that which ${p} % are kept is decided by their places.`);
      holes.push({ keep, filled: await imputed({ data: sample.input.data, channels, height, width }, keep, signal) });
      onProgress?.({ done: ++done / (4 * percentiles.length) });
    }
    const make = (i: number, into: Float32Array): void => {
      const { filled, keep } = holes[i]!;
      for (let at = 0; at < into.length; at++) {
        into[at] = filled[at]! + (keep[at % plane] === 1 ? 0 : noise * bellAt(stream, at));
      }
    };
    for await (const some of scoresOf(model, percentiles.length, make, { signal, of: 'probability', classId })) {
      scores[order].push(...some);
      done += some.length;
      onProgress?.({ done: done / (4 * percentiles.length) });
    }
  }
  const { mostFirst, leastFirst } = scores;
  const differences = percentiles.map((_, i) => (leastFirst[i]! - mostFirst[i]!) / 2);
  return {
    measure: 'road',
    value: differences.reduce((sum, difference) => sum + difference, 0) / percentiles.length,
    curve: { x: percentiles.map((p) => p / 100), y: differences },
    mostFirst,
    leastFirst,
    notes,
    cost,
    settings: { percentiles, noise, seed, classId },
    ms: performance.now() - began,
  };
}

/** What {@link road} runs; besides it solves as many systems of equations. */
export function costOfRoad(options: RoadOptions = {}): Cost {
  return plus(costOfTarget(options), { forward: 2 * percentilesOf(options).length, backward: 0 });
}

function percentilesOf({ percentiles = PERCENTILES }: RoadOptions): readonly number[] {
  for (const p of checkList('the list of percentiles', percentiles, MAX_PERCENTILES)) {
    checkNumber('a percentile', p, { above: 0, below: 100 });
  }
  return percentiles;
}

/** Over its largest magnitude, in float32 as in the reference: which values are alike depends on it. */
function scaled(map: ArrayLike<number>): Float32Array {
  const values = Float32Array.from(map);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest === 0 ? values : values.map((value) => value / largest);
}

/**
 * Keeps what lies strictly below a percentile. Where that is nothing, since more than so many values are the least one, it keeps
 * the share that is meant, by rank.
 */
function keptBelow(relevance: Float32Array, p: number): { readonly keep: Uint8Array; readonly tied: boolean } {
  const limit = percentileOf(Float32Array.from(relevance).sort(), p);
  const keep = Uint8Array.from(relevance, (value) => (value < limit ? 1 : 0));
  if (keep.includes(1)) return { keep, tied: false };
  const count = Math.max(1, Math.ceil(((relevance.length - 1) * p) / 100));
  for (const place of rankingOf(relevance).subarray(-count)) keep[place] = 1;
  return { keep, tied: true };
}
