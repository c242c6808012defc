import { defineOp, type Op } from '../../ir/op.ts';
import { expectRank, shapeError } from '../internal/check.ts';

export interface KeepAttributes {
  readonly shape: readonly number[];
  /** Share of the numbers that are left out, 0 ≤ rate < 1. */
  readonly rate: number;
  /** Whole numbers below 2³². */
  readonly seed: number;
  /** Tells the masks of a step apart. */
  readonly stream: number;
}

/**
 * (step []) → a mask of this shape: 0 for the share of its numbers that `rate` is, by chance, and 1 / (1 − rate) for the others,
 * so that sums are on average what they were (Srivastava et al. 2014, §10). The generator is a counter, as that of `random-choice`.
 */
export const randomKeep: Op = defineOp<KeepAttributes>({
  type: 'random-keep',
  infer: ({ node, attributes: { shape, rate }, inputs: [step] }) => {
    expectRank(node, 'the step', step!, 0);
    if (!(rate >= 0 && rate < 1)) throw shapeError(node, 'the rate makes no sense', 'from 0 to below 1', String(rate));
    return [{ dtype: 'float32', shape }];
  },
});

/** The share as what 24 random bits are compared with, and what is kept is multiplied by. */
export function keeping(rate: number): { readonly threshold: number; readonly scale: number } {
  return { threshold: Math.round(rate * 2 ** 24), scale: 1 / (1 - rate) };
}
