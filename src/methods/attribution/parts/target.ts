import type { Model, Sample } from '../../../engine/model.ts';
import { ArgumentError } from '../../../errors.ts';
import { float32 } from '../../../tensor/tensor.ts';
import { findGoal, type Goal, type Target } from '../../parts/target.ts';

/** What speaks for one and not for the other: "cat, not dog". The score is the difference of the two. */
export interface Contrast {
  readonly for: Target;
  readonly against: Target;
}

/**
 * What the methods of `unpool/attribution` explain: a class or something inside the network, as all methods take it; what tells
 * two of these apart; or what was found for a picture before, so that others are asked the very same.
 */
export type AttributionTarget = Target | Contrast | Goal;

/** Finds a target for a picture: a forward pass, two for a contrast, none for what was found before. */
export async function goalOf(
  model: Model,
  sample: Pick<Sample, 'input'>,
  target: AttributionTarget = 'top-1',
  signal?: AbortSignal,
): Promise<{ readonly goal: Goal; readonly passes: number }> {
  if (typeof target === 'object' && 'seed' in target) return { goal: target, passes: 0 };
  if (typeof target !== 'object' || !('against' in target)) {
    return { goal: await findGoal(model, sample, target, { signal }), passes: 1 };
  }
  const wanted = await findGoal(model, sample, target.for, { signal });
  const other = await findGoal(model, sample, target.against, { signal });
  if (wanted.tensor !== other.tensor) {
    throw new ArgumentError('there is no contrast between different layers', {
      expected: 'two classes, or two units of one layer',
      got: `${wanted.description} and ${other.description}`,
    });
  }
  const difference = wanted.seed.data.map((value, i) => value - other.seed.data[i]!);
  const goal = {
    tensor: wanted.tensor,
    seed: float32(wanted.seed.shape, difference),
    description: `${wanted.description}, not ${other.description}`,
    score: wanted.score - other.score,
  };
  return { goal, passes: 2 };
}

/** Σ seed · tensor of one image of a batch: the score of a goal. */
export function scoreOf({ seed }: Goal, data: ArrayLike<number>, image: number = 0): number {
  const size = seed.data.length;
  let score = 0;
  for (let i = 0; i < size; i++) if (seed.data[i] !== 0) score += seed.data[i]! * data[image * size + i]!;
  return score;
}
