import type { Peer } from './peer.ts';

/** Of pictures, which have one channel. */
export const SIDE = 28;
export const KERNEL = 5;
export const FILTERS = [8, 16] as const;
export const CLASSES = 10;

/** First weights of 8@5×5–16@5×5–10, ReLU and a 2×2 max-pool behind each convolution; biases start from 0. */
export interface FirstWeights {
  /** [8, 1, 5, 5] */
  readonly conv1: Float32Array<ArrayBuffer>;
  /** [16, 8, 5, 5] */
  readonly conv2: Float32Array<ArrayBuffer>;
  /** [10, 16·7·7], maps one after the other. */
  readonly dense: Float32Array<ArrayBuffer>;
}

/** Softmax cross-entropy by gradient descent with momentum: v ← momentum · v + g, w ← w − rate · v. */
export interface Lesson {
  /** In the order in which they are learned. */
  readonly batches: readonly Batch[];
  readonly rate: number;
  readonly momentum: number;
  readonly first: FirstWeights;
  /** Of one run, at whose end the last loss is read. */
  readonly steps: number;
}

export interface Batch {
  /** [batch, 1, 28, 28], from 0 to 1. */
  readonly pictures: Float32Array<ArrayBuffer>;
  readonly labels: Uint8Array;
}

/** Somebody who learns; its output is what the first step changes in the first filters, [8, 1, 5, 5]. */
export type Pupil = Peer;

/** What a step changed. */
export function change(after: ArrayLike<number>, before: ArrayLike<number>): Float32Array {
  return Float32Array.from(before, (value, i) => after[i]! - value);
}
