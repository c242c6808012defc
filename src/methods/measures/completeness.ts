import type { Model, SampleSource } from '../../engine/model.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { baselineOf, type Baseline } from '../attribution/parts/baselines.ts';
import {
  checkFinite,
  costOfTarget,
  plus,
  subjectOf,
  type Cost,
  type Measured,
  type MeasureOptions,
} from './measure.ts';
import { scoresOf } from './passes.ts';

export interface CompletenessOptions extends MeasureOptions {
  /** What the map was made against; `mean` by default. */
  readonly baseline?: Baseline | undefined;
}

export interface CompletenessSettings {
  readonly baseline: Exclude<Baseline, Tensor> | 'given';
  readonly classId: number;
}

export interface CompletenessGap extends Measured<CompletenessSettings> {
  /** Sum of the map. */
  readonly sum: number;
  /** Score of the picture less that of the baseline, which the map should add up to. */
  readonly difference: number;
  /** |sum − difference| / |difference| */
  readonly relative: number;
}

/**
 * Completeness (Sundararajan et al. 2017, §3): a map that shares out the score adds up to f(x) − f(baseline), unnormalised scores; the value
 * is its sum less that, 0 at best. Any axes of the map are added up.
 */
export async function completeness(
  model: Model,
  picture: SampleSource,
  map: Tensor,
  options: CompletenessOptions = {},
): Promise<CompletenessGap> {
  const began = performance.now();
  const { baseline = 'mean', signal, onProgress } = options;
  const cost = costOfCompleteness(options);
  checkFinite(map);
  const { sample, classId } = await subjectOf(model, picture, options);
  const base = baselineOf(model, sample, baseline).data;
  const scores: number[] = [];
  const make = (i: number, into: Float32Array): void => {
    into.set(i === 0 ? sample.input.data : base);
  };
  for await (const some of scoresOf(model, 2, make, { signal, of: 'score', classId })) {
    scores.push(...some);
    onProgress?.({ done: scores.length / 2 });
  }
  const sum = Float64Array.from(map.data).reduce((total, value) => total + value, 0);
  const difference = scores[0]! - scores[1]!;
  return {
    measure: 'completeness',
    value: sum - difference,
    sum,
    difference,
    relative: Math.abs((sum - difference) / difference),
    cost,
    settings: { baseline: typeof baseline === 'string' ? baseline : 'given', classId },
    ms: performance.now() - began,
  };
}

/** What {@link completeness} runs. */
export function costOfCompleteness(options: CompletenessOptions = {}): Cost {
  return plus(costOfTarget(options), { forward: 2, backward: 0 });
}
