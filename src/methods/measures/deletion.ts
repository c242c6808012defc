import { checkWhole } from '../../check.ts';
import type { Model, SampleSource } from '../../engine/model.ts';
import { MAX_MEASURE_STEPS } from '../../limits.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { fillOf, type MeasureFill } from './fill.ts';
import {
  checkPixelMap,
  costOfTarget,
  inputSize,
  plus,
  subjectOf,
  type Cost,
  type Curve,
  type Measured,
  type MeasureOptions,
} from './measure.ts';
import { scoresOf } from './passes.ts';
import { rankingOf } from './ranking.ts';

export interface DeletionOptions extends MeasureOptions {
  /** What a pixel becomes, or what the picture begins as: `blur` by default. The value depends on it more than on the map. */
  readonly fill?: MeasureFill | undefined;
  /** Parts that the pixels are taken in, one more pass each; 28 by default. */
  readonly steps?: number | undefined;
}

export interface DeletionSettings {
  readonly fill: MeasureFill;
  readonly steps: number;
  readonly classId: number;
}

/** Of each step one pass, and one of what it begins with. */
const STEPS = 28;

/**
 * Deletion (Petsiuk et al. 2018, RISE): the pixels with the largest values are filled in first, and the probability of the class is
 * watched. The value is the area under the curve over the share of pixels, by trapezia; less is better.
 */
export function deletion(
  model: Model,
  picture: SampleSource,
  map: Tensor,
  options: DeletionOptions = {},
): Promise<Measured<DeletionSettings>> {
  return replaced('deletion', model, picture, map, options);
}

/** Insertion (Petsiuk et al. 2018): {@link deletion} the other way round, from the fill to the picture; more is better. */
export function insertion(
  model: Model,
  picture: SampleSource,
  map: Tensor,
  options: DeletionOptions = {},
): Promise<Measured<DeletionSettings>> {
  return replaced('insertion', model, picture, map, options);
}

/** What {@link deletion} runs, and {@link insertion}. */
export function costOfDeletion({ steps = STEPS, ...options }: DeletionOptions = {}): Cost {
  return plus(costOfTarget(options), { forward: stepsOf(steps) + 1, backward: 0 });
}

function stepsOf(steps: number): number {
  return checkWhole('the number of steps', steps, 1, MAX_MEASURE_STEPS);
}

async function replaced(
  measure: 'deletion' | 'insertion',
  model: Model,
  picture: SampleSource,
  map: Tensor,
  options: DeletionOptions,
): Promise<Measured<DeletionSettings>> {
  const began = performance.now();
  const { fill = 'blur', steps = STEPS, signal, onProgress } = options;
  const cost = costOfDeletion(options);
  const order = rankingOf(checkPixelMap(model, map));
  const { sample, classId } = await subjectOf(model, picture, options);
  const ends = [sample.input.data, fillOf(model, sample, fill)] as const;
  const [from, to] = measure === 'deletion' ? ends : [ends[1], ends[0]];
  const { channels, plane } = inputSize(model);
  const replacedAt = (step: number): number => Math.round((step * plane) / steps);

  const curve: { readonly x: number[]; readonly y: number[] } = { x: [], y: [] };
  const make = (step: number, into: Float32Array): void => {
    into.set(from);
    for (const pixel of order.subarray(0, replacedAt(step))) {
      for (let c = 0; c < channels; c++) into[c * plane + pixel] = to[c * plane + pixel]!;
    }
  };
  for await (const scores of scoresOf(model, steps + 1, make, { signal, of: 'probability', classId })) {
    for (const score of scores) {
      curve.x.push(replacedAt(curve.x.length) / plane);
      curve.y.push(score);
    }
    onProgress?.({ done: curve.x.length / (steps + 1), curve: { x: [...curve.x], y: [...curve.y] } });
  }
  const settings = { fill, steps, classId };
  return { measure, value: areaUnder(curve), curve, cost, settings, ms: performance.now() - began };
}

/** By trapezia, over its width. */
export function areaUnder({ x, y }: Curve): number {
  let area = 0;
  for (let i = 1; i < x.length; i++) area += ((x[i]! - x[i - 1]!) * (y[i]! + y[i - 1]!)) / 2;
  return area / (x.at(-1)! - x[0]!);
}
