import type { Model } from '../engine/model.ts';
import { withInputShapes } from '../graph/batch.ts';
import { prune } from '../graph/prune.ts';
import { graphBuilder } from '../ops/registry.ts';
import { randomNumbers } from '../tensor/random.ts';
import { sizeOf } from '../tensor/shape.ts';
import { float32, type Tensor } from '../tensor/tensor.ts';
import { breather } from '../work/breathe.ts';
import type { Stimulus } from './stimuli.ts';

/** Where a channel is strongest in a set of pictures. */
export interface Strongest {
  readonly channel: number;
  /** Place in the list of pictures. */
  readonly picture: number;
  readonly at: readonly [y: number, x: number];
  readonly value: number;
}

/** What a layer makes of a set of pictures. */
export interface Observed {
  /** [n, channels]: the channels at some places of each picture, the same at every call. */
  readonly samples: Tensor;
  /** [pictures, channels]: the means of its maps. */
  readonly codes: Tensor;
  /** One for each channel; of equal ones the first. */
  readonly strongest: readonly Strongest[];
}

/** A GPU gains from a batch; on a processor a smaller one lets the page breathe. */
const BATCH = { gpu: 32, software: 8 } as const;

/**
 * What some tensors [1, c, h, w] or [1, c] of a network become for each of a set of pictures, in batches: `samples` rows of channels
 * for each tensor, spread over the pictures, to compare representations by. Throws the signal's reason when aborted.
 */
export async function observe(
  model: Model,
  pictures: readonly Stimulus[],
  tensors: readonly string[],
  { samples, signal }: { readonly samples: number; readonly signal?: AbortSignal | undefined },
): Promise<ReadonlyMap<string, Observed>> {
  const { adapter } = await model.open();
  const batch = Math.min(BATCH[adapter.software ? 'software' : 'gpu'], pictures.length);
  const shape = [batch, ...model.input.shape.slice(1)];
  const size = sizeOf(shape.slice(1));
  const collected = new Map(
    tensors.map((name) => [name, new Collected(model.graph.values.get(name)!.shape, pictures.length, samples)]),
  );
  const breathe = breather(signal);
  for (let first = 0; first < pictures.length; first += batch) {
    const some = pictures.slice(first, first + batch);
    const pixels = new Float32Array(batch * size);
    some.forEach(({ input }, i) => {
      pixels.set(input.data, i * size);
    });
    const results = await model.run(
      `observe:${tensors.join()}:${batch}`,
      (graph) => {
        const batched = withInputShapes(graph, { [model.input.name]: shape });
        return prune(graphBuilder(batched).build(`${graph.name}, some layers`, tensors), tensors);
      },
      () => float32(shape, pixels),
      { signal },
    );
    for (const [name, own] of collected) {
      for (const i of some.keys()) {
        own.add(first + i, results[name]!.data, i);
        await breathe();
      }
    }
  }
  return new Map([...collected].map(([name, own]) => [name, own.result()]));
}

class Collected {
  readonly #channels: number;
  readonly #plane: number;
  readonly #width: number;
  readonly #each: number;
  readonly #samples: Float32Array;
  readonly #codes: Float32Array;
  readonly #strongest: Strongest[];

  constructor(shape: readonly number[], pictures: number, samples: number) {
    const [, channels = 1, height = 1, width = 1] = shape;
    this.#channels = channels;
    this.#plane = height * width;
    this.#width = width;
    this.#each = Math.min(this.#plane, Math.ceil(samples / pictures));
    this.#samples = new Float32Array(pictures * this.#each * channels);
    this.#codes = new Float32Array(pictures * channels);
    this.#strongest = Array.from({ length: channels }, (_, channel) => {
      return { channel, picture: 0, at: [0, 0], value: -Infinity };
    });
  }

  /** A picture of a batch. */
  add(picture: number, data: ArrayLike<number>, i: number): void {
    const places = placesIn(this.#plane, this.#each, picture);
    for (let c = 0; c < this.#channels; c++) {
      const from = (i * this.#channels + c) * this.#plane;
      let sum = 0;
      let best = 0;
      for (let k = 0; k < this.#plane; k++) {
        sum += data[from + k]!;
        if (data[from + k]! > data[from + best]!) best = k;
      }
      this.#codes[picture * this.#channels + c] = sum / this.#plane;
      places.forEach((place, row) => {
        this.#samples[(picture * this.#each + row) * this.#channels + c] = data[from + place]!;
      });
      const value = data[from + best]!;
      if (value > this.#strongest[c]!.value) {
        const at = [Math.floor(best / this.#width), best % this.#width] as const;
        this.#strongest[c] = { channel: c, picture, at, value };
      }
    }
  }

  result(): Observed {
    const pictures = this.#codes.length / this.#channels;
    return {
      samples: float32([pictures * this.#each, this.#channels], this.#samples),
      codes: float32([pictures, this.#channels], this.#codes),
      strongest: this.#strongest,
    };
  }
}

/** Different places of a map, by chance that depends on the picture only (Floyd's sampling: Bentley & Floyd 1987). */
function placesIn(plane: number, count: number, picture: number): readonly number[] {
  const draw = randomNumbers(picture + 1);
  const places = new Set<number>();
  for (let most = plane - count; most < plane; most++) {
    const place = Math.floor(draw() * (most + 1));
    places.add(places.has(place) ? most : place);
  }
  return [...places];
}
