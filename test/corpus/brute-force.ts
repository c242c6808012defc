import type { TopEntry, TopIndex } from '../../src/corpus/top-index.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';

/** An image's activations of a layer [1, c, h, w]. */
export interface Activations {
  readonly id: string;
  readonly activations: Tensor;
}

/** The lists of every channel, by sorting all there is. */
export class BruteForce {
  readonly #lists: TopEntry[][] = [];
  readonly #count: number;
  readonly #each: TopIndex['each'];

  constructor({ count, each }: Pick<TopIndex, 'count' | 'each'>) {
    this.#count = count;
    this.#each = each;
  }

  add({ id, activations: { shape, data } }: Activations): void {
    const [, channels = 1, height = 1, width = 1] = shape;
    const plane = height * width;
    for (let channel = 0; channel < channels; channel++) {
      const units = Array.from({ length: plane }, (_, place): TopEntry => ({
        image: id,
        value: data[channel * plane + place]!,
        at: [Math.floor(place / width), place % width],
      }));
      units.sort((a, b) => b.value - a.value);
      const list = [...(this.#lists[channel] ?? []), ...(this.#each === 'image' ? units.slice(0, 1) : units)];
      this.#lists[channel] = list.sort((a, b) => b.value - a.value).slice(0, this.#count);
    }
  }

  /** Of a channel, from the strongest on. */
  entries(channel: number): readonly TopEntry[] {
    return this.#lists[channel]!;
  }
}

/** Values that differ by less than this may have changed places. */
const SWAP = 1e-5;
const TOLERANCE = 1e-4;

/**
 * What is wrong with a list, in words: entries are the same images at the same places with the same values, but for
 * neighbours whose values can hardly be told apart. `exact` has one entry more than the list, so that the last may be
 * swapped with the one behind.
 */
export function differences(list: readonly TopEntry[], exact: readonly TopEntry[]): string[] {
  const scale = Math.max(...exact.map(({ value }) => Math.abs(value)), Number.MIN_VALUE);
  const nameOf = ({ image, at }: TopEntry): string => `${image} at (${at.join(', ')})`;
  return list.flatMap((entry, i) => {
    const wanted = exact[i];
    if (!wanted) return [`${nameOf(entry)} is too many`];
    if (Math.abs(entry.value - wanted.value) > TOLERANCE * scale) {
      return [`entry ${String(i)} has the value ${String(entry.value)} instead of ${String(wanted.value)}`];
    }
    const close = exact.filter(({ value }) => Math.abs(value - wanted.value) <= SWAP * Math.abs(wanted.value));
    if (close.some((other) => nameOf(other) === nameOf(entry))) return [];
    return [`entry ${String(i)} is ${nameOf(entry)} instead of ${nameOf(wanted)}`];
  });
}
