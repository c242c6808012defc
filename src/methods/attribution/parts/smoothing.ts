import { checkChoice, checkNumber, checkWhole } from '../../../check.ts';
import type { Model, Sample, SampleSource } from '../../../engine/model.ts';
import { MAX_SAMPLES } from '../../../limits.ts';
import type { Rules } from '../../../ir/op.ts';
import { sizeOf, type Shape } from '../../../tensor/shape.ts';
import { float32, type Data } from '../../../tensor/tensor.ts';
import { begin, finish, type ExplainOptions, type Explanation, type Job } from './job.ts';
import { MAP_MAKERS, shapeOfMap, type MapMakerName } from './makers.ts';
import { bellAt, checkSeed } from './noise.ts';
import { signalsAt } from './signals.ts';

/** Any attribution method. */
export type ExplanationMethod = (
  model: Model,
  picture: Pick<Sample, 'input'>,
  options?: ExplainOptions,
) => Promise<Explanation>;

export interface SmoothingOptions extends ExplainOptions {
  /** What is done with each noisy picture: many at once for those with a name, one by one for others; the gradient by default. */
  readonly of?: MapMakerName | ExplanationMethod | undefined;
  /** Noisy pictures; 32 by default. */
  readonly samples?: number | undefined;
  /** Standard deviation of the noise as a share of the range from black to white; 0.1 by default. */
  readonly noise?: number | undefined;
  /** The same noise for the same seed. */
  readonly seed?: number | undefined;
}

/** Mean, and mean of the squares, of many maps. */
interface Moments {
  readonly shape: Shape;
  readonly mean: Float64Array;
  readonly meanOfSquares: Float64Array;
  readonly rules: Rules | undefined;
  readonly notes: readonly string[];
}

/** A wrapper around a method that looks at many noisy copies of the picture. `combine` makes one number of the two means. */
export async function smoothed(
  name: string,
  model: Model,
  picture: SampleSource,
  { of = 'gradient', samples = 32, noise = 0.1, seed = 0, ...options }: SmoothingOptions,
  combine: (mean: number, meanOfSquares: number) => number,
): Promise<Explanation> {
  checkWhole('the number of samples', samples, 1, MAX_SAMPLES);
  checkNumber('the noise', noise, { least: 0 });
  checkSeed(seed);
  if (typeof of === 'string') checkChoice('method', of, Object.keys(MAP_MAKERS));
  const job = await begin(model, picture, options);
  const inputOf = noisyInputs(job, noise, seed);
  const { shape, mean, meanOfSquares, rules, notes } =
    typeof of === 'string' ? await together(job, of, samples, inputOf) : await oneByOne(job, of, samples, inputOf);
  const map = float32(
    shape,
    mean.map((value, i) => combine(value, meanOfSquares[i]!)),
  );
  return finish(job, name, { map, rules, notes });
}

/** The picture with noise that depends on nothing but the seed, the number of the copy and the place. */
export function noisyInputs(
  { model, sample }: Pick<Job, 'model' | 'sample'>,
  noise: number,
  seed: number,
): (k: number) => Float32Array {
  const { data, shape } = sample.input;
  const { std } = model.preprocessing;
  const plane = shape[2]! * shape[3]!;
  // From black to white, in the units of the network's input
  const deviations = std.map((scale) => (noise * 255) / scale);
  return (k) =>
    Float32Array.from(
      data,
      (value, i) => value + Math.fround(deviations[Math.floor(i / plane)]! * bellAt(seed + k, i)),
    );
}

class Sums {
  readonly #mean: Float64Array;
  readonly #squares: Float64Array;
  #count = 0;

  constructor(size: number) {
    this.#mean = new Float64Array(size);
    this.#squares = new Float64Array(size);
  }

  add(map: Data): void {
    this.#count++;
    for (let i = 0; i < map.length; i++) {
      this.#mean[i]! += map[i]!;
      this.#squares[i]! += map[i]! ** 2;
    }
  }

  get means(): Pick<Moments, 'mean' | 'meanOfSquares'> {
    const over = (sums: Float64Array): Float64Array => sums.map((sum) => sum / this.#count);
    return { mean: over(this.#mean), meanOfSquares: over(this.#squares) };
  }
}

async function together(
  job: Job,
  name: MapMakerName,
  samples: number,
  inputOf: (k: number) => Float32Array,
): Promise<Moments> {
  const maker = MAP_MAKERS[name];
  const shape = shapeOfMap(job.model, maker);
  const sums = new Sums(sizeOf(shape));
  for await (const { index, gradient } of signalsAt(job, samples, inputOf, maker)) {
    sums.add(maker.finish ? maker.finish(gradient, inputOf(index), job.sample.input.shape.slice(1)) : gradient);
  }
  return { shape, ...sums.means, rules: maker.rules, notes: [] };
}

async function oneByOne(
  job: Job,
  method: ExplanationMethod,
  samples: number,
  inputOf: (k: number) => Float32Array,
): Promise<Moments> {
  const { model, sample, goal, signal, onProgress } = job;
  let sums: Sums | undefined;
  let found: Explanation | undefined;
  for (let k = 0; k < samples; k++) {
    const input = float32(sample.input.shape, inputOf(k));
    found = await method(model, { input }, { target: goal, signal });
    job.passes += found.passes;
    sums ??= new Sums(found.map.data.length);
    sums.add(found.map.data);
    onProgress?.((k + 1) / samples);
  }
  const { map, rules, notes } = found!;
  return { shape: map.shape, ...sums!.means, rules: typeof rules === 'function' ? undefined : rules, notes };
}
