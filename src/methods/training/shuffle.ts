import { randomNumbers } from '../../tensor/random.ts';

/** A place in a training: how many epochs are behind it, and how many examples of this one. */
export interface Position {
  readonly epoch: number;
  readonly seen: number;
}

/** The order of the examples in an epoch, from a seed (Durstenfeld's shuffle: Knuth, TAOCP 2, §3.4.2, algorithm P). */
function orderOf(count: number, seed: number, epoch: number): Uint32Array {
  // One number of the seed and the epoch: seeds that follow each other have nothing in common.
  const random = randomNumbers((Math.imul(epoch + 1, 0x85ebca6b) ^ seed) | 0);
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1));
    [order[i], order[other]] = [order[other]!, order[i]!];
  }
  return order;
}

/** Deals examples out in mini-batches, in another order in each epoch; what does not fill a batch is left out of it. */
export class Dealer {
  readonly #count: number;
  readonly #seed: number;
  #order: { readonly epoch: number; readonly places: Uint32Array } | undefined;

  constructor(count: number, seed: number) {
    this.#count = count;
    this.#seed = seed;
  }

  /** So many batches from a position on, and the position after them. */
  deal(from: Position, batch: number, batches: number): { readonly places: Uint32Array; readonly after: Position } {
    const places = new Uint32Array(batch * batches);
    let { epoch, seen } = from;
    for (let i = 0; i < batches; i++) {
      if (seen + batch > this.#count) [epoch, seen] = [epoch + 1, 0];
      places.set(this.#of(epoch).subarray(seen, seen + batch), i * batch);
      seen += batch;
    }
    return { places, after: { epoch, seen } };
  }

  #of(epoch: number): Uint32Array {
    if (this.#order?.epoch !== epoch) this.#order = { epoch, places: orderOf(this.#count, this.#seed, epoch) };
    return this.#order.places;
  }
}
