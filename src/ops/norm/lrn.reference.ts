import type { Reference } from '../../ir/op.ts';
import { type LrnAttributes, lrnDenominator } from './neighbours.ts';

export const lrn: Reference<LrnAttributes> = ({ attributes, inputs: [x] }, [xv]) => {
  const denominator = lrnDenominator(attributes, x!.shape, xv!);
  return [xv!.map((v, i) => v * denominator[i]! ** -attributes.beta)];
};
