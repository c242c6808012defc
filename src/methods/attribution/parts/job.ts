import type { Model, Sample, SampleSource } from '../../../engine/model.ts';
import type { Rules, RuleSet } from '../../../ir/op.ts';
import type { Tensor } from '../../../tensor/tensor.ts';
import { notesOnZeros, type Attribution } from '../../parts/backpropagate.ts';
import type { Goal } from '../../parts/target.ts';
import { goalOf, type AttributionTarget } from './target.ts';

/** What any attribution method gives: {@link Attribution}, whether or not it sends a signal back. */
export type Explanation = Attribution<RuleSet | undefined>;

/** What every method of `unpool/attribution` takes. */
export interface ExplainOptions {
  /** The best class by default. */
  readonly target?: AttributionTarget | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Share of the work that is done, 0…1. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** A method at work on a picture. */
export interface Job extends Pick<ExplainOptions, 'signal' | 'onProgress'> {
  readonly model: Model;
  readonly sample: Pick<Sample, 'input'>;
  readonly goal: Goal;
  /** Forward and backward passes so far. */
  passes: number;
  readonly began: number;
}

/** Prepares the picture and finds the target. Throws ArgumentError saying what exists. */
export async function begin(
  model: Model,
  picture: SampleSource,
  { target, signal, onProgress }: ExplainOptions,
): Promise<Job> {
  const began = performance.now();
  await model.open();
  const sample = await model.prepare(picture, { signal });
  const found = await goalOf(model, sample, target, signal);
  return { model, sample, ...found, signal, onProgress, began };
}

/** What differs between results. */
interface Finding {
  /** Over the network's input: [c, h, w], or [h, w]. */
  readonly map: Tensor;
  readonly rules?: Rules | undefined;
  readonly notes?: readonly string[];
}

/** Puts a result together, without the signal that was sent. */
export function finish(
  { model, goal, passes, began }: Job,
  method: string,
  { map, rules, notes }: Finding,
): Explanation {
  const found = Object.fromEntries(Object.entries(goal).filter(([name]) => name !== 'seed'));
  return {
    method,
    map,
    goal: found as unknown as Omit<Goal, 'seed'>,
    layer: undefined,
    rules,
    preprocessing: model.preprocessing,
    passes,
    ms: performance.now() - began,
    adapter: model.backend.adapter,
    notes: [...notesOnZeros(goal, map), ...(notes ?? [])],
  };
}
