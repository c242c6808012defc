import { checkList, checkWhole } from '../../check.ts';
import type { Model, SampleSource } from '../../engine/model.ts';
import { RULES } from '../../graph/differentiate.ts';
import { MAX_IMAGES, MAX_SAMPLES } from '../../limits.ts';
import { float32 } from '../../tensor/tensor.ts';
import { baselineOf, type Baseline } from './parts/baselines.ts';
import { shapeOfInput } from './parts/batches.ts';
import { completenessOf, type CompleteAttribution } from './parts/completeness.ts';
import { begin, finish, type ExplainOptions } from './parts/job.ts';
import { checkSeed, uniformAt } from './parts/noise.ts';
import { signalsAt } from './parts/signals.ts';

export interface ExpectedGradientsOptions extends ExplainOptions {
  /** What the picture is compared to, in turn; the mean colour, black, white and noise by default. */
  readonly baselines?: readonly Baseline[] | undefined;
  /** Places, by chance, on the ways from these to the picture; 32 by default. */
  readonly samples?: number | undefined;
  readonly seed?: number | undefined;
}

/**
 * Expected gradients, also GradientSHAP: the mean over several baselines, and places by chance on the ways from them to the picture, of
 * the gradient times the difference (Erion et al. 2021, §2), [c, h, w]. It spares the choice of one baseline. With few samples the sum misses the
 * difference of the scores by several units of them: that is chance, no error.
 */
export async function expectedGradients(
  model: Model,
  picture: SampleSource,
  {
    baselines = ['mean', 'black', 'white', 'noise'],
    samples = 32,
    seed = 0,
    ...options
  }: ExpectedGradientsOptions = {},
): Promise<CompleteAttribution> {
  checkWhole('the number of samples', samples, 1, MAX_SAMPLES);
  checkWhole('the number of baselines', checkList('the baselines', baselines, MAX_IMAGES).length, 1, MAX_IMAGES);
  checkSeed(seed);
  const job = await begin(model, picture, options);
  const { input } = job.sample;
  const inputs = baselines.map((baseline) => baselineOf(model, job.sample, baseline, seed));
  // Each sample has one, in turn
  const baselineAt = (k: number): (typeof inputs)[number] => inputs[k % inputs.length]!;
  const sums = new Float64Array(input.data.length);
  const between = Float32Array.from(input.data);
  const inputAt = (k: number): Float32Array => {
    const { data } = baselineAt(k);
    const share = uniformAt(seed + 1, k);
    for (let i = 0; i < between.length; i++) between[i] = data[i]! + share * (input.data[i]! - data[i]!);
    return between;
  };
  for await (const { index, gradient } of signalsAt(job, samples, inputAt)) {
    const { data } = baselineAt(index);
    for (let i = 0; i < sums.length; i++) sums[i]! += gradient[i]! * (input.data[i]! - data[i]!);
  }
  const map = sums.map((sum) => sum / samples);
  const used = Array.from({ length: samples }, (_, k) => baselineAt(k));
  const completeness = await completenessOf(job, map, used.length % inputs.length === 0 ? inputs : used);
  const result = finish(job, 'expected-gradients', { map: float32(shapeOfInput(model), map), rules: RULES.gradient });
  return { ...result, completeness };
}
