import type { Model, SampleSource } from '../../engine/model.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { topClasses, type Prediction } from '../classify.ts';
import { argMax, forward } from './forward.ts';
import { readings } from './scores.ts';

/** What a network says to an image. */
export interface Verdict {
  /** In the order of `classify`. */
  readonly top: readonly Prediction[];
  /** The likeliest class. */
  readonly best: number;
  /** Of a class; where the network gives values the value. */
  readonly probability: (id: number) => number;
}

const TOP = 5;

/** One forward pass. */
export async function verdictOn(model: Model, picture: SampleSource, signal?: AbortSignal): Promise<Verdict> {
  const sample = await model.prepare(picture, { signal });
  const [logits] = await forward(model, sample, [model.logits], signal);
  const found = readings(model.head, logits!.data);
  return {
    top: topClasses(model, logits!.data, Math.min(TOP, sizeOf(logits!.shape))),
    best: argMax(logits!.data),
    probability: (id) => found[id]!,
  };
}
