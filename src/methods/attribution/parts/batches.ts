import type { Model } from '../../../engine/model.ts';
import type { Graph } from '../../../ir/graph.ts';
import { sizeOf, type Shape } from '../../../tensor/shape.ts';
import { float32, type Data, type Tensor } from '../../../tensor/tensor.ts';
import type { Job } from './job.ts';

/** Images run at once: a GPU gains from more, a processor shows progress, and can be stopped, sooner with fewer. */
const AT_ONCE = { gpu: 32, software: 8 } as const;
/** Bytes of a batch's largest tensor: what every WebGPU device binds at once (the default of maxStorageBufferBindingSize). */
const MAX_BOUND_BYTES: number = 128 * 2 ** 20;
/** Bytes of all tensors of a batch together, before memory is used again: less than a tenth of that is needed at once. */
const MAX_BATCH_BYTES: number = 4 * 2 ** 30;

/** Work that is the same for many images. */
export interface Batches {
  /** The graph for n images; its inputs and outputs are [n, …] where `feed` and `take` say so. */
  readonly build: (n: number) => Graph;
  /** Images altogether. */
  readonly count: number;
  /** The inputs of the graph for n images from the first one on; what lies beyond `count` is not looked at. */
  readonly feed: (first: number, n: number) => Readonly<Record<string, Tensor>>;
  /** Forward and backward passes that an image takes: 1, or 2 with a gradient. */
  readonly passes: number;
  /** Share of the whole work that was done before, and that this is; 0 and 1 by default. */
  readonly progress?: readonly [before: number, share: number];
}

/** Outputs of the graph for `count` images. */
export interface BatchOutputs {
  readonly first: number;
  readonly count: number;
  readonly outputs: readonly Tensor[];
}

/** Runs a graph over many images, as many at once as fit. Yields after each batch. */
export async function* inBatches(
  job: Job,
  { build, count, feed, passes, progress: [before, share] = [0, 1] }: Batches,
): AsyncGenerator<BatchOutputs, void, undefined> {
  const { model, signal, onProgress } = job;
  if (count === 0) return;
  const size = batchOf(build(1), count, (await model.open()).adapter.software);
  const executable = await model.compile(build(size), { signal });
  try {
    for (let first = 0; first < count; first += size) {
      signal?.throwIfAborted();
      const inputs = feed(first, size);
      const outputs = Object.values(await executable.run(inputs, { signal }));
      await model.expectFinite(outputs, inputs[model.input.name]);
      const here = Math.min(size, count - first);
      job.passes += passes * here;
      yield { first, count: here, outputs };
      onProgress?.(before + (share * (first + here)) / count);
    }
  } finally {
    executable.dispose();
  }
}

/** Images at once, of which the memory is there: as even as possible, since what is left of a batch is run for nothing. */
export function batchOf({ nodes, values }: Graph, count: number, software: boolean): number {
  const bytes = nodes.flatMap(({ outputs }) => outputs.map((name) => 4 * sizeOf(values.get(name)!.shape)));
  const fits = Math.min(
    MAX_BOUND_BYTES / Math.max(1, ...bytes),
    MAX_BATCH_BYTES /
      Math.max(
        1,
        bytes.reduce((a, b) => a + b, 0),
      ),
  );
  const most = Math.max(1, Math.min(count, AT_ONCE[software ? 'software' : 'gpu'], Math.floor(fits)));
  return Math.ceil(count / Math.ceil(count / most));
}

/** A tensor [n, …] of what is made for each image. */
export function stack(n: number, shape: Shape, make: (i: number) => Data): Tensor {
  const size = sizeOf(shape);
  const data = new Float32Array(n * size);
  for (let i = 0; i < n; i++) data.set(make(i), i * size);
  return float32([n, ...shape], data);
}

/** The numbers of image i of a tensor [n, …]. */
export function imageOf({ shape, data }: Tensor, i: number): Data {
  const size = data.length / shape[0]!;
  return data.subarray(i * size, (i + 1) * size);
}

/** The shape [c, h, w] of a network's input. */
export function shapeOfInput({ input }: Model): Shape {
  return input.shape.slice(1);
}
