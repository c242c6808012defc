import type { Model } from '../../engine/model.ts';
import { withInputShapes } from '../../graph/batch.ts';
import { prune } from '../../graph/prune.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { float32 } from '../../tensor/tensor.ts';
import { readings } from '../parts/scores.ts';

/** Pictures run at once: a GPU gains from many, a processor that plays one from a few, the CPU backend from none. */
const BATCH = { gpu: 32, software: 8, cpu: 1 } as const;

/** Bytes of the largest tensor of a batch: what every WebGPU device binds, and little beside what a run may take. */
const MAX_TENSOR_BYTES: number = 2 ** 27;

/** How many of `count` pictures to run at once: as even as possible, so that little is run for nothing, and within room. */
export function batchFor(model: Model, count: number): number {
  const { backend, software } = model.backend.adapter;
  const usual = BATCH[backend === 'cpu' ? 'cpu' : software ? 'software' : 'gpu'];
  const computed = model.graph.nodes.flatMap(({ outputs }) => outputs);
  const largest = computed.reduce((most, name) => Math.max(most, sizeOf(model.graph.values.get(name)!.shape)), 1);
  const most = Math.max(1, Math.min(usual, Math.floor(MAX_TENSOR_BYTES / (4 * largest))));
  return Math.ceil(count / Math.ceil(count / most));
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
