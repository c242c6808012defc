import type { Model, Sample } from '../../engine/model.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { softmax, topClasses, type Prediction } from '../classify.ts';
import { forward } from './forward.ts';

/** What a network says to an image. */
export interface Verdict {
  /** Best first. */
  readonly top: readonly Prediction[];
  readonly probability: (id: number) => number;
}

const TOP = 5;

/** One forward pass. */
export async function verdictOn(
  model: Model,
  { input }: Pick<Sample, 'input'>,
  signal?: AbortSignal,
): Promise<Verdict> {
  const [logits] = await forward(model, { input }, [model.logits], signal);
  const probabilities = softmax(logits!.data);
  return {
    top: topClasses(model, logits!.data, Math.min(TOP, sizeOf(logits!.shape))),
    probability: (id) => probabilities[id]!,
  };
}
