import type { Model } from '../../engine/model.ts';
import { withInputShapes } from '../../graph/batch.ts';
import { prune } from '../../graph/prune.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { float32 } from '../../tensor/tensor.ts';
import { batchOf } from '../attribution/parts/batches.ts';
import { readings } from '../parts/scores.ts';

/** How many of so many pictures are run at once. */
export function batchFor({ graph, logits, backend }: Model, count: number): number {
  return batchOf(prune(graph, [logits]), count, backend.adapter.software);
}

export interface ScoreOptions {
  readonly signal?: AbortSignal | undefined;
  /** What is read of the scores: how likely the class is, or the unnormalised score itself. */
  readonly of: 'probability' | 'score';
  readonly classId: number;
}

/**
 * Scores of a class for `count` inputs [c, h, w], several at once. `make` writes input i into a zeroed array just before it is
 * run, so that no more than a batch of them is held. Yields as they come, in order.
 */
export async function* scoresOf(
  model: Model,
  count: number,
  make: (i: number, into: Float32Array) => void,
  { signal, of, classId }: ScoreOptions,
): AsyncGenerator<readonly number[], void, undefined> {
  const batch = batchFor(model, count);
  const shape = [batch, ...model.input.shape.slice(1)];
  const size = sizeOf(shape.slice(1));
  const { logits, head } = model;
  for (let from = 0; from < count; from += batch) {
    const inputs = new Float32Array(sizeOf(shape));
    const until = Math.min(from + batch, count);
    for (let i = from; i < until; i++) make(i, inputs.subarray((i - from) * size, (i - from + 1) * size));
    const results = await model.run(
      `forward ×${batch}:${logits}`,
      (graph) => withInputShapes(prune(graph, [logits]), { [model.input.name]: shape }),
      () => float32(shape, inputs),
      { signal },
    );
    const { data } = results[logits]!;
    yield Array.from({ length: until - from }, (_, i) => {
      const scores = data.subarray(i * head.classes, (i + 1) * head.classes);
      return of === 'score' ? scores[classId]! : readings(head, scores)[classId]!;
    });
  }
}
