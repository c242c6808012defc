import { ArgumentError, ShapeError } from '../../errors.ts';
import type { Model, Sample, SampleSource } from '../../engine/model.ts';
import { nonFinite } from '../../tensor/non-finite.ts';
import { formatShape, sizeOf } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { forward } from '../parts/forward.ts';
import { firstClass } from '../parts/scores.ts';
import { classIdOf } from '../parts/target.ts';

/** Passes of one picture each. A pass back needs a pass forward, which is counted too. */
export interface Cost {
  readonly forward: number;
  readonly backward: number;
}

/** Points of a curve. */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** What a measure says of a map. Plain data: it can be stored as JSON, where a NaN becomes null. */
export interface Measured<Settings = unknown> {
  readonly measure: string;
  readonly value: number;
  readonly curve?: Curve;
  /** What was run, the same as `cost` of the measure says before. */
  readonly cost: Cost;
  /** All that the value depends on besides network, picture and map. */
  readonly settings: Settings;
  readonly ms: number;
}

/** How far a measure is. */
export interface MeasureProgress {
  /** Share of the work, 0…1. */
  readonly done: number;
  /** As much as is known of it. */
  readonly curve?: Curve | undefined;
}

export interface MeasureOptions {
  /** The class that the map explains, by id, label or synset; the best one by default. */
  readonly target?: number | string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: MeasureProgress) => void) | undefined;
}

/** Makes a map anew, of another picture or network: what every attribution method is. */
export type Explain = (
  model: Model,
  picture: Pick<Sample, 'input'>,
  options: { readonly target: number; readonly signal?: AbortSignal | undefined },
) => Promise<{ readonly map: Tensor }>;

/** What one map of a method that goes back through the network once takes: see `passes` of its result. */
export const COST_OF_MAP: Cost = { forward: 2, backward: 1 };

export function plus(...costs: readonly Cost[]): Cost {
  const sum = (of: keyof Cost): number => costs.reduce((total, cost) => total + cost[of], 0);
  return { forward: sum('forward'), backward: sum('backward') };
}

export function times(count: number, { forward: there, backward: back }: Cost): Cost {
  return { forward: count * there, backward: count * back };
}

/** The pass that finds the best class, where none was named. */
export function costOfTarget({ target = 'top-1' }: Pick<MeasureOptions, 'target'>): Cost {
  return { forward: target === 'top-1' ? 1 : 0, backward: 0 };
}

/** The class that is meant. One forward pass where none is named. Throws ArgumentError saying what exists. */
export async function findClass(
  model: Model,
  sample: Pick<Sample, 'input'>,
  { target = 'top-1', signal }: MeasureOptions,
): Promise<number> {
  if (target !== 'top-1') return classIdOf(model, target);
  const [scores] = await forward(model, sample, [model.logits], signal);
  return firstClass(model.head, scores!.data);
}

/** What is measured, made ready. */
export interface Subject {
  readonly sample: Pick<Sample, 'input'>;
  readonly classId: number;
}

export async function subjectOf(model: Model, picture: SampleSource, options: MeasureOptions): Promise<Subject> {
  await model.open();
  const sample = await model.prepare(picture, { signal: options.signal });
  return { sample, classId: await findClass(model, sample, options) };
}

/** Sizes of a network's input. */
export function inputSize(model: Model): { channels: number; height: number; width: number; plane: number } {
  const [, channels, height, width] = model.input.shape as [number, number, number, number];
  return { channels, height, width, plane: height * width };
}

/** Throws ShapeError unless a map has a number for each pixel of the input, ArgumentError where one is none. */
export function checkPixelMap(model: Model, map: Tensor): Tensor['data'] {
  const { height, width, plane } = inputSize(model);
  const given: unknown = (map as Partial<Tensor> | null)?.shape;
  const fits = Array.isArray(given) && sizeOf(given as number[]) === plane && given.at(-1) === width;
  if (!fits || !ArrayBuffer.isView(map.data) || map.data.length !== plane) {
    throw new ShapeError('the map does not fit the input', {
      expected: `${height}×${width}, a number for each pixel`,
      got: Array.isArray(given) ? formatShape(given as number[]) : 'no map',
      remedy: 'Make one number of the channels of each pixel first, such as their largest magnitude.',
    });
  }
  checkFinite(map);
  return map.data;
}

/** Throws ShapeError unless a map has a number for each number of the input. */
export function checkInputMap(model: Model, map: Tensor): Tensor['data'] {
  const { channels, height, width, plane } = inputSize(model);
  const given: unknown = (map as Partial<Tensor> | null)?.shape;
  if (!Array.isArray(given) || !ArrayBuffer.isView(map.data) || map.data.length !== channels * plane) {
    throw new ShapeError('the map does not fit the input', {
      expected: `${channels}×${height}×${width}, a number for each of the input`,
      got: Array.isArray(given) ? formatShape(given as number[]) : 'no map',
    });
  }
  checkFinite(map);
  return map.data;
}

export function checkFinite({ data }: Tensor): void {
  const wrong = nonFinite(data);
  if (wrong === undefined) return;
  throw new ArgumentError('the map has values that are no numbers', { expected: 'finite ones', got: String(wrong) });
}

/** How much a step of one grey level of 255 is in the network's input: the mean over its planes. */
export function unitOf({ preprocessing: { std } }: Model): number {
  return std.reduce((sum, deviation) => sum + 1 / deviation, 0) / std.length;
}

/** A stream of noise of a measure, another one for each seed; with seed 0 those of the published values. */
export function streamOf(base: number, seed: number): number {
  return (base + Math.imul(seed, 0x9e3779b1)) | 0;
}
