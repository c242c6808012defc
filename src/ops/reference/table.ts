import type { Reference } from '../../ir/op.ts';
import { conv2d } from './conv2d.ts';
import { conv2dInputGrad } from './conv2d-input-grad.ts';
import { maxPool } from './max-pool.ts';
import { maxUnpool } from './max-unpool.ts';

/** `evaluate` of core operations that come without it, by type. */
export const references: Readonly<Record<string, Reference<never>>> = {
  conv2d,
  'conv2d-input-grad': conv2dInputGrad,
  'max-pool': maxPool,
  'max-unpool': maxUnpool,
};
