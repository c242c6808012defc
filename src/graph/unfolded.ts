import type { Tensor } from '../tensor/tensor.ts';

/** Weights that took a batch normalisation in → what they are in the file. */
export const unfolded: WeakMap<Tensor, Tensor> = new WeakMap<Tensor, Tensor>();
