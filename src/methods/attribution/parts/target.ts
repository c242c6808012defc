import type { Model, Sample } from '../../../engine/model.ts';
import { ArgumentError } from '../../../errors.ts';
import { sameShape } from '../../../tensor/shape.ts';
import { float32, type Tensor } from '../../../tensor/tensor.ts';
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
  const given = target as Partial<Contrast & Goal> | null;
  if (isGoalOf(model, given)) return { goal: given, passes: 0 };
  if (typeof given !== 'object' || given?.for === undefined || given.against === undefined) {
    return { goal: await findGoal(model, sample, target as Target, { signal }), passes: 1 };
  }
  const wanted = await findGoal(model, sample, given.for, { signal });
  const other = await findGoal(model, sample, given.against, { signal });
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

/** Whether it was found for this network before. */
function isGoalOf({ graph }: Model, given: Partial<Goal> | null): given is Goal {
  const shape = graph.values.get(given?.tensor ?? '')?.shape;
  const seed: Partial<Tensor> | undefined = given?.seed;
  return shape !== undefined && Array.isArray(seed?.shape) && sameShape(shape, seed.shape);
}

/** Σ seed · tensor of one image of a batch: the score of a goal. */
export function scoreOf({ seed }: Goal, data: ArrayLike<number>, image: number = 0): number {
  const size = seed.data.length;
  let score = 0;
  for (let i = 0; i < size; i++) if (seed.data[i] !== 0) score += seed.data[i]! * data[image * size + i]!;
  return score;
}
