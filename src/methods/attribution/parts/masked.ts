import { prune } from '../../../graph/prune.ts';
import { Inlined } from '../../../graph/inline.ts';
import { graphBuilder } from '../../../ops/registry.ts';
import { interpolate, type Sample } from '../../../paint/upsample.ts';
import type { Data } from '../../../tensor/tensor.ts';
import { imageOf, inBatches, shapeOfInput, stack } from './batches.ts';
import type { Job } from './job.ts';

/** What the network makes of a picture behind one of many masks. */
export interface MaskedPicture {
  readonly index: number;
  /** What the goal is in, of this picture. */
  readonly values: Data;
}

/**
 * The network looks at the picture multiplied with masks [h, w], many at once. Multiplied is its input, so that 0 is the picture whose
 * input is 0: of most networks the mean colour, not black.
 */
export async function* behindMasks(
  job: Job,
  count: number,
  maskOf: (i: number) => Data,
): AsyncGenerator<MaskedPicture, void, undefined> {
  const { model, sample, goal } = job;
  const { name } = model.input;
  const [channels, height, width] = shapeOfInput(model) as [number, number, number];
  const batches = inBatches(job, {
    count,
    passes: 1,
    build: (n) => {
      const builder = graphBuilder();
      const picture = builder.input(name, 'float32', [1, channels, height, width]);
      const mask = builder.input('mask', 'float32', [n, 1, height, width]);
      const image = builder.add('mul', [picture, mask]);
      const of = new Inlined(builder, model.graph, { [name]: image }).tensor(goal.tensor);
      return prune(builder.build(model.graph.name, [of]));
    },
    feed: (first, n) => ({
      [name]: sample.input,
      mask: stack(n, [1, height, width], (i) => maskOf(Math.min(first + i, count - 1))),
    }),
  });
  for await (const { first, count: here, outputs } of batches) {
    for (let i = 0; i < here; i++) yield { index: first + i, values: imageOf(outputs[0]!, i) };
  }
}

/** Where the pixels of a larger map lie between those of a smaller one. */
type Placing = (i: number, inputs: number, outputs: number) => number;

/** The corners of both maps lie on each other (`align_corners`). */
export const cornersAligned: Placing = (i, inputs, outputs) => (outputs > 1 ? (i * (inputs - 1)) / (outputs - 1) : 0);

/** Pixel centres at half integers; what lies beyond the outermost centres is mirrored about them (scikit-image's `reflect`). */
export const mirrored: Placing = (i, inputs, outputs) => {
  const last = inputs - 1;
  const at = Math.abs(((i + 0.5) * inputs) / outputs - 0.5);
  return at > last ? 2 * last - at : at;
};

/** A map scaled between neighbours, whose places are told. */
export function scaledBy(
  placing: Placing,
  map: ArrayLike<number>,
  [h, w]: readonly [number, number],
  [height, width]: readonly [number, number],
): Float32Array<ArrayBuffer> {
  return interpolate(map, w, samples(placing, h, height), samples(placing, w, width));
}

function samples(placing: Placing, inputs: number, outputs: number): Sample[] {
  return Array.from({ length: outputs }, (_, i) => {
    const at = placing(i, inputs, outputs);
    const low = Math.min(Math.floor(at), Math.max(inputs - 2, 0));
    return { low, high: Math.min(low + 1, inputs - 1), share: at - low };
  });
}
