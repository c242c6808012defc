import { sizeOf, type Shape } from '../../tensor/shape.ts';

/** As in ONNX, where alpha is divided by size. */
export interface LrnAttributes {
  /** Channels in a sum. */
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly bias: number;
}

interface Neighbours {
  readonly c: number;
  /** Elements of one channel. */
  readonly inner: number;
  /** Channels counted on each side. */
  readonly before: number;
  readonly after: number;
}

export function lrnNeighbours({ size }: LrnAttributes, [, c, ...rest]: Shape): Neighbours {
  return { c: c!, inner: sizeOf(rest), before: Math.floor((size - 1) / 2), after: Math.ceil((size - 1) / 2) };
}

/** bias + alpha/size · Σ x² over the neighbouring channels, for every element. */
export function lrnDenominator(attributes: LrnAttributes, shape: Shape, x: Float64Array): Float64Array {
  const { alpha, bias, size } = attributes;
  const { c, inner, before, after } = lrnNeighbours(attributes, shape);
  return x.map((_, i) => {
    const channel = Math.floor(i / inner) % c;
    let squares = 0;
    for (let j = Math.max(channel - before, 0); j <= Math.min(channel + after, c - 1); j++) {
      squares += x[i + (j - channel) * inner]! ** 2;
    }
    return bias + (alpha / size) * squares;
  });
}
