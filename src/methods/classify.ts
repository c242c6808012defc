import { checkWhole } from '../check.ts';
import type { Model, Sample } from '../engine/model.ts';
import { forward } from './parts/forward.ts';
import { className } from './parts/target.ts';

export interface Prediction {
  readonly id: number;
  readonly name: string;
  /** Softmax of the scores, 0…1. */
  readonly probability: number;
  /** Unnormalised score. */
  readonly score: number;
}

export interface ClassifyOptions {
  /** How many classes, best first; 5 by default. */
  readonly count?: number;
  readonly signal?: AbortSignal | undefined;
}

/** The likeliest classes of a picture. */
export async function classify(
  model: Model,
  sample: Sample,
  { count = 5, signal }: ClassifyOptions = {},
): Promise<Prediction[]> {
  checkWhole('count', count, 1, Number.MAX_SAFE_INTEGER);
  const [logits] = await forward(model, sample, [model.logits], signal);
  return topClasses(model, logits!.data, count);
}

/** The best classes of a row of unnormalised scores. */
export function topClasses(model: Model, scores: ArrayLike<number>, count: number): Prediction[] {
  checkWhole('count', count, 1, Number.MAX_SAFE_INTEGER);
  const probabilities = softmax(scores);
  return Array.from(probabilities.keys())
    .sort((a, b) => scores[b]! - scores[a]! || a - b)
    .slice(0, count)
    .map((id) => ({ id, name: className(model, id), probability: probabilities[id]!, score: scores[id]! }));
}

/** exp(s − max s) / Σ exp(s − max s), in float64. */
export function softmax(scores: ArrayLike<number>): Float64Array {
  let max = -Infinity;
  for (let i = 0; i < scores.length; i++) max = Math.max(max, scores[i]!);
  const exps = Float64Array.from(scores, (score) => Math.exp(score - max));
  const sum = exps.reduce((a, b) => a + b, 0);
  return exps.map((e) => e / sum);
}
