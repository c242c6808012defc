import { checkChoice } from '../../check.ts';
import { ShapeError } from '../../errors.ts';
import type { Model, SampleSource } from '../../engine/model.ts';
import { formatShape } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import {
  checkFinite,
  costOfTarget,
  inputSize,
  plus,
  subjectOf,
  type Cost,
  type Measured,
  type MeasureOptions,
} from './measure.ts';
import { scoresOf } from './passes.ts';

/** A picture that says nothing: the network's mean colour, which is 0 of its input, black, or an input [c, h, w] of one's own. */
export type MeasureBaseline = 'mean' | 'black' | Tensor;

export interface CompletenessOptions extends MeasureOptions {
  /** What the map was made against; `mean` by default. */
  readonly baseline?: MeasureBaseline | undefined;
}

export interface CompletenessSettings {
  readonly baseline: 'mean' | 'black' | 'given';
  readonly classId: number;
}

export interface Completeness extends Measured<CompletenessSettings> {
  /** Sum of the map. */
  readonly sum: number;
  /** Score of the picture less that of the baseline, which the map should add up to. */
  readonly difference: number;
  /** |sum − difference| / |difference| */
  readonly relative: number;
}

const BASELINES = ['mean', 'black'] as const;

/**
 * Completeness (Sundararajan et al. 2017, §3): a map that shares out the score adds up to f(x) − f(baseline), unnormalised scores; the value
 * is its sum less that, 0 at best. Any axes of the map are added up.
 */
export async function completeness(
  model: Model,
  picture: SampleSource,
  map: Tensor,
  options: CompletenessOptions = {},
): Promise<Completeness> {
  const began = performance.now();
  const { baseline = 'mean', signal, onProgress } = options;
  const cost = costOfCompleteness(options);
  checkFinite(map);
  const base = baselineOf(model, baseline);
  const { sample, classId } = await subjectOf(model, picture, options);
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

function baselineOf(model: Model, baseline: MeasureBaseline): ArrayLike<number> {
  const { channels, height, width, plane } = inputSize(model);
  if (typeof baseline === 'string') {
    const { mean, std } = model.preprocessing;
    const black = checkChoice('baseline', baseline, BASELINES) === 'black';
    return Float32Array.from({ length: channels * plane }, (_, i) => {
      const c = Math.floor(i / plane);
      return black ? -mean[c]! / std[c]! : 0;
    });
  }
  if (baseline.data.length !== channels * plane) {
    throw new ShapeError('the baseline does not fit the input', {
      expected: `${channels}×${height}×${width}`,
      got: formatShape(baseline.shape),
    });
  }
  return baseline.data;
}
