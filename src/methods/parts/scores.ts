import type { Head } from '../../engine/head.ts';
import { argMax } from './forward.ts';

/**
 * What a reader is told of each class: how likely it is, 0…1, or the value itself where the network gives values. The one
 * way from unnormalised scores [classes] to what figures say.
 */
export function readings({ kind }: Head, scores: ArrayLike<number>): Float64Array {
  if (kind === 'one-of-many') return softmax(scores);
  const each = Float64Array.from(scores);
  return kind === 'values' ? each : each.map((score) => 1 / (1 + Math.exp(-score)));
}

/** exp(s − max s) / Σ exp(s − max s), in float64. */
export function softmax(scores: ArrayLike<number>): Float64Array {
  let max = -Infinity;
  for (let i = 0; i < scores.length; i++) max = Math.max(max, scores[i]!);
  const exps = Float64Array.from(scores, (score) => Math.exp(score - max));
  const sum = exps.reduce((a, b) => a + b, 0);
  return exps.map((e) => e / sum);
}

/** What is explained when nobody says which class: the best one; where only one has a name, that. */
export function firstClass(head: Head, scores: ArrayLike<number>): number {
  return head.single ?? argMax(scores);
}

/** Classes by score, best first; where only one has a name, that alone. */
export function ranking({ single }: Head, scores: ArrayLike<number>): number[] {
  if (single !== undefined) return [single];
  return Array.from({ length: scores.length }, (_, id) => id).sort((a, b) => scores[b]! - scores[a]! || a - b);
}
