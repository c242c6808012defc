import type { Evaluation } from './evaluate.ts';
import { labelsOf, type Examples } from './examples.ts';

/** What a network takes pictures of each class for. */
export interface Confusion {
  readonly classes: number;
  /** Pictures of class `of` that it takes for class `as`. */
  count(of: number, as: number): number;
  /** Places of these among the examples, in their order. */
  places(of: number, as: number): readonly number[];
}

/** Counts an evaluation of examples that have classes. Throws ArgumentError where they have none. */
export function confusionOf(examples: Examples, { predicted }: Pick<Evaluation, 'predicted'>): Confusion {
  const classes = examples.outputs;
  const labels = labelsOf(examples);
  const counts = new Uint32Array(classes * classes);
  for (const [i, label] of labels.entries()) counts[label * classes + predicted[i]!]!++;
  return {
    classes,
    count: (of, as) => counts[of * classes + as]!,
    places: (of, as) => [...labels.keys()].filter((i) => labels[i] === of && predicted[i] === as),
  };
}
