import { sizeOf, type Shape } from '../../src/tensor/shape.ts';
import { float32, tensor, type Tensor } from '../../src/tensor/tensor.ts';

/** Numbers that are the same in every run: a Weyl sequence through a mixing function (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Uniform in 0 ≤ u < 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Standard normal (Box & Muller 1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /** float32 numbers, standard normal or as `draw` gives them. */
  tensor(shape: Shape, draw: () => number = () => this.normal()): Tensor {
    return float32(shape, Array.from({ length: sizeOf(shape) }, draw));
  }

  /** Normal numbers in full precision. */
  float64(shape: Shape): Tensor {
    return tensor(
      'float64',
      shape,
      Array.from({ length: sizeOf(shape) }, () => this.normal()),
    );
  }
}
