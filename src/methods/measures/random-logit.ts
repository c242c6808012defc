import { checkWhole } from '../../check.ts';
import { ArgumentError } from '../../errors.ts';
import type { Model, SampleSource } from '../../engine/model.ts';
import { checkSeed, uniformAt } from '../attribution/parts/noise.ts';
import { forward } from '../parts/forward.ts';
import { ranking } from '../parts/scores.ts';
import { likeness, meanOf, perPlace, type Likeness } from './alike.ts';
import { withLinearScores } from './derived.ts';
import {
  COST_OF_MAP,
  inputSize,
  plus,
  streamOf,
  subjectOf,
  times,
  type Cost,
  type Explain,
  type Measured,
  type MeasureOptions,
} from './measure.ts';

export interface RandomLogitOptions extends MeasureOptions {
  /** Classes drawn at random, besides the best one that is not the target; 3 by default. */
  readonly classes?: number | undefined;
  readonly seed?: number | undefined;
  /** What one map takes, where it is not a pass forwards, one to the goal and one back. */
  readonly costOfMap?: Cost | undefined;
}

export interface RandomLogitSettings {
  readonly classes: number;
  readonly seed: number;
  readonly classId: number;
}

/** Another class, and how alike its map is to that of the target. */
export interface OtherClass extends Likeness {
  readonly classId: number;
}

export interface RandomLogit extends Measured<RandomLogitSettings> {
  /** The best other class first. */
  readonly rows: readonly OtherClass[];
}

const CLASSES = 3;
const STREAM = 6500;

/**
 * Random logit (Sixt et al. 2020): a map of a class has to be another one than that of other classes. The value is the mean of
 * Spearman's correlation between them; less is better. What is explained is the score before a last ReLU, which most classes
 * would not pass.
 */
export async function randomLogit(
  model: Model,
  picture: SampleSource,
  explain: Explain,
  options: RandomLogitOptions = {},
): Promise<RandomLogit> {
  const began = performance.now();
  const { classes = CLASSES, seed = 0, signal, onProgress } = options;
  checkSeed(seed);
  const cost = costOfRandomLogit(options);
  const { head } = model;
  if (head.classes < 2) throw new ArgumentError('the network has no other class', { got: `${head.classes} class` });
  await model.open();
  const prepared = await model.prepare(picture, { signal });
  const [scores] = await forward(model, prepared, [model.logits], signal);
  const best = ranking({ ...head, single: undefined }, scores!.data);
  const named = await subjectOf(model, prepared, { ...options, target: options.target ?? head.single ?? best[0]! });
  const { classId: target, sample } = named;
  const drawn = Array.from({ length: classes }, (_, j) => {
    const other = Math.floor((head.classes - 1) * uniformAt(streamOf(STREAM, seed), j));
    return other + (other >= target ? 1 : 0);
  });

  const { height, width } = inputSize(model);
  const linear = withLinearScores(model);
  const rows: OtherClass[] = [];
  try {
    const own = perPlace((await explain(linear, sample, { target, signal })).map);
    for (const classId of [best.find((id) => id !== target)!, ...drawn]) {
      onProgress?.({ done: (rows.length + 1) / (classes + 2) });
      const other = perPlace((await explain(linear, sample, { target: classId, signal })).map);
      rows.push({ classId, ...likeness(own, other, [height, width]) });
    }
  } finally {
    linear.dispose();
  }
  onProgress?.({ done: 1 });
  return {
    measure: 'random-logit',
    value: meanOf(rows.map((row) => row.spearman)),
    rows,
    cost,
    settings: { classes, seed, classId: target },
    ms: performance.now() - began,
  };
}

/** What {@link randomLogit} runs. */
export function costOfRandomLogit({ classes = CLASSES, costOfMap = COST_OF_MAP }: RandomLogitOptions = {}): Cost {
  const others = checkWhole('the number of classes', classes, 0, 1000) + 1;
  return plus({ forward: 1, backward: 0 }, times(others + 1, costOfMap));
}
