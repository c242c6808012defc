import type { Tensor } from '../../../tensor/tensor.ts';
import { forward } from '../../parts/forward.ts';
import type { Explanation, Job } from './job.ts';
import { scoreOf } from './target.ts';

/** Whether a map adds up to what it explains. */
export interface Completeness {
  /** Of the map. */
  readonly sum: number;
  /** The target's score for the picture, less that for the baseline (the mean of several). */
  readonly difference: number;
  /** sum − difference: 0 where nothing is missing. */
  readonly gap: number;
}

/** A map that should add up to a difference of scores. */
export interface CompleteAttribution extends Explanation {
  readonly completeness: Completeness;
}

/** Runs the baselines, one forward pass each, and compares. */
export async function completenessOf(
  job: Job,
  map: ArrayLike<number>,
  baselines: readonly Tensor[],
): Promise<Completeness> {
  const { model, goal, signal } = job;
  let before = 0;
  for (const input of baselines) {
    const [values] = await forward(model, { input }, [goal.tensor], signal);
    before += scoreOf(goal, values!.data) / baselines.length;
    job.passes++;
  }
  let sum = 0;
  for (let i = 0; i < map.length; i++) sum += map[i]!;
  const difference = goal.score - before;
  return { sum, difference, gap: sum - difference };
}
