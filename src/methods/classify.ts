import { checkWhole } from '../check.ts';
import type { Model, SampleSource } from '../engine/model.ts';
import { forward } from './parts/forward.ts';
import { ranking, readings } from './parts/scores.ts';
import { className } from './parts/target.ts';

export interface Prediction {
  readonly id: number;
  readonly name: string;
  /** 0…1, by what kind of head the network has; undefined where it gives values. */
  readonly probability: number | undefined;
  /** Unnormalised score, or the value. */
  readonly score: number;
}

export interface ClassifyOptions {
  /** How many classes, best first; 5 by default. */
  readonly count?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The likeliest classes of a picture; where the network says yes or no and only yes has a name, that alone. Throws ImageError
 * for what is no picture, ArgumentError where the network has no classes.
 */
export async function classify(
  model: Model,
  picture: SampleSource,
  { count = 5, signal }: ClassifyOptions = {},
): Promise<Prediction[]> {
  checkWhole('count', count, 1, Number.MAX_SAFE_INTEGER);
  const sample = await model.prepare(picture, { signal });
  const [logits] = await forward(model, sample, [model.logits], signal);
  return topClasses(model, logits!.data, count);
}

/** The best classes of a row of unnormalised scores, in the order of {@link classify}. */
export function topClasses(model: Model, scores: ArrayLike<number>, count: number): Prediction[] {
  checkWhole('count', count, 1, Number.MAX_SAFE_INTEGER);
  const { head } = model;
  const found = readings(head, scores);
  return ranking(head, scores)
    .slice(0, count)
    .map((id) => {
      const probability = head.kind === 'values' ? undefined : found[id]!;
      return { id, name: className(model, id), probability, score: scores[id]! };
    });
}
