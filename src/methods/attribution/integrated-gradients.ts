import { checkWhole } from '../../check.ts';
import type { Model, SampleSource } from '../../engine/model.ts';
import { RULES } from '../../graph/differentiate.ts';
import { MAX_SAMPLES } from '../../limits.ts';
import { float32 } from '../../tensor/tensor.ts';
import { baselineOf, type Baseline } from './parts/baselines.ts';
import { shapeOfInput } from './parts/batches.ts';
import { completenessOf, type CompleteAttribution } from './parts/completeness.ts';
import { begin, finish, type ExplainOptions } from './parts/job.ts';
import { gaussLegendre } from './parts/quadrature.ts';
import { signalsAt } from './parts/signals.ts';
import { checkSeed } from './parts/noise.ts';

export interface IntegratedGradientsOptions extends ExplainOptions {
  /** Where the way to the picture begins; the mean colour by default. */
  readonly baseline?: Baseline | undefined;
  /** Places on the way at which the gradient is taken; 32 by default. */
  readonly steps?: number | undefined;
  /** Of the baseline `noise`. */
  readonly seed?: number | undefined;
}

/**
 * Integrated gradients: the mean of the gradient on the straight way from a baseline to the picture, times the difference of the two
 * (Sundararajan, Taly & Yan 2017, §3), [c, h, w]. The mean is by Gauss and Legendre's rule. What is as in the baseline gets nothing: of
 * black that is what is black. In theory the map adds up to the difference of the scores; `completeness` says by how much it misses. More
 * steps do not always bring it nearer, since the gradient of a network with ReLUs jumps.
 */
export async function integratedGradients(
  model: Model,
  picture: SampleSource,
  { baseline = 'mean', steps = 32, seed = 0, ...options }: IntegratedGradientsOptions = {},
): Promise<CompleteAttribution> {
  checkWhole('the number of steps', steps, 1, MAX_SAMPLES);
  checkSeed(seed);
  const job = await begin(model, picture, options);
  const { input } = job.sample;
  const from = baselineOf(model, job.sample, baseline, seed);
  const nodes = gaussLegendre(steps);
  const means = new Float64Array(input.data.length);
  const between = Float32Array.from(input.data);
  const inputAt = (k: number): Float32Array => {
    const { at } = nodes[k]!;
    for (let i = 0; i < between.length; i++) between[i] = from.data[i]! + at * (input.data[i]! - from.data[i]!);
    return between;
  };
  for await (const { index, gradient } of signalsAt(job, steps, inputAt)) {
    const { weight } = nodes[index]!;
    for (let i = 0; i < means.length; i++) means[i]! += weight * gradient[i]!;
  }
  const map = means.map((mean, i) => mean * (input.data[i]! - from.data[i]!));
  const completeness = await completenessOf(job, map, [from]);
  const result = finish(job, 'integrated-gradients', { map: float32(shapeOfInput(model), map), rules: RULES.gradient });
  return { ...result, completeness };
}
