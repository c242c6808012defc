import type { Reference } from '../../ir/op.ts';
import { type LrnAttributes, lrnDenominator, lrnNeighbours } from './neighbours.ts';

export const lrnGrad: Reference<LrnAttributes> = ({ attributes, inputs: [x] }, [xv, dyv]) => {
  const { alpha, beta, size } = attributes;
  const denominator = lrnDenominator(attributes, x!.shape, xv!);
  const { c, inner, before, after } = lrnNeighbours(attributes, x!.shape);
  return [
    xv!.map((v, i) => {
      const channel = Math.floor(i / inner) % c;
      let sum = 0;
      for (let j = Math.max(channel - after, 0); j <= Math.min(channel + before, c - 1); j++) {
        const at = i + (j - channel) * inner;
        sum += dyv![at]! * xv![at]! * denominator[at]! ** (-beta - 1);
      }
      return dyv![i]! * denominator[i]! ** -beta - ((2 * alpha * beta) / size) * v * sum;
    }),
  ];
};
