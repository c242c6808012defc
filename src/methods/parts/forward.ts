import type { Model, Sample } from '../../engine/model.ts';
import { prune } from '../../graph/prune.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** Numbers of some tensors of the network for a picture, in one forward pass. */
export async function forward(
  model: Model,
  sample: Pick<Sample, 'input'>,
  tensors: readonly string[],
  signal?: AbortSignal,
): Promise<Tensor[]> {
  const distinct = [...new Set(tensors)];
  const results = await model.run(
    `forward:${distinct.join()}`,
    (graph) => prune(graph, distinct),
    () => sample.input,
    { signal },
  );
  return tensors.map((name) => results[name]!);
}

/** Index of the first maximum. */
export function argMax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
