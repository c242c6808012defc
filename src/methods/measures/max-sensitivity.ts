import { checkNumber, checkWhole } from '../../check.ts';
import type { Model, SampleSource } from '../../engine/model.ts';
import { checkSeed, uniformAt } from '../attribution/parts/noise.ts';
import { MAX_SAMPLES } from '../../limits.ts';
import { float32, type Tensor } from '../../tensor/tensor.ts';
import {
  checkFinite,
  COST_OF_MAP,
  costOfTarget,
  plus,
  streamOf,
  subjectOf,
  times,
  unitOf,
  type Cost,
  type Explain,
  type Measured,
  type MeasureOptions,
} from './measure.ts';

export interface MaxSensitivityOptions extends MeasureOptions {
  /** Disturbed pictures, a map each; 10 by default. */
  readonly samples?: number | undefined;
  /** How far a number of the input is moved at most; 2 % of black to white by default. */
  readonly radius?: number | undefined;
  readonly seed?: number | undefined;
  /** What one map takes, where it is not a pass forwards, one to the goal and one back. */
  readonly costOfMap?: Cost | undefined;
}

export interface MaxSensitivitySettings {
  readonly samples: number;
  readonly radius: number;
  readonly seed: number;
  readonly classId: number;
}

export interface MaxSensitivity extends Measured<MaxSensitivitySettings> {
  /** Of each disturbed picture. */
  readonly each: readonly number[];
}

const SAMPLES = 10;
/** Grey levels of 255. */
const RADIUS = 0.02 * 255;
const STREAM = 4300;

/**
 * Max-sensitivity (Yeh et al. 2019): how much a map changes where the picture hardly does, the largest ‖E(x + r) − E(x)‖ / ‖E(x)‖ of some r
 * that are uniform within a radius; less is steadier, which alone does not make a map right. NaN where E(x) is 0.
 */
export async function maxSensitivity(
  model: Model,
  picture: SampleSource,
  explain: Explain,
  options: MaxSensitivityOptions = {},
): Promise<MaxSensitivity> {
  const began = performance.now();
  const { samples = SAMPLES, radius = RADIUS * unitOf(model), seed = 0, signal, onProgress } = options;
  const cost = costOfMaxSensitivity(options);
  checkNumber('the radius', radius, { above: 0 });
  checkSeed(seed);
  const { sample, classId: target } = await subjectOf(model, picture, options);
  const { shape, data } = sample.input;
  const mapOf = async (input: Tensor): Promise<Tensor['data']> => {
    const { map } = await explain(model, { input }, { target, signal });
    checkFinite(map);
    return map.data;
  };

  const before = await mapOf(sample.input);
  const each: number[] = [];
  for (let k = 0; k < samples; k++) {
    onProgress?.({ done: (k + 1) / (samples + 1) });
    const stream = streamOf(STREAM + k, seed);
    const moved = Float32Array.from(data, (value, i) => value + radius * (2 * uniformAt(stream, i) - 1));
    const after = await mapOf(float32(shape, moved));
    each.push(lengthOf(after, before) / lengthOf(before));
  }
  onProgress?.({ done: 1 });
  return {
    measure: 'max-sensitivity',
    value: Math.max(...each),
    each,
    cost,
    settings: { samples, radius, seed, classId: target },
    ms: performance.now() - began,
  };
}

/** What {@link maxSensitivity} runs. */
export function costOfMaxSensitivity(options: MaxSensitivityOptions = {}): Cost {
  const { samples = SAMPLES, costOfMap = COST_OF_MAP } = options;
  const maps = checkWhole('the number of samples', samples, 1, MAX_SAMPLES) + 1;
  return plus(costOfTarget(options), times(maps, costOfMap));
}

/** ‖a − b‖ */
function lengthOf(a: ArrayLike<number>, b?: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - (b?.[i] ?? 0)) ** 2;
  return Math.sqrt(sum);
}
