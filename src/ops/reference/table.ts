import type { Reference } from '../../ir/op.ts';
import { conv2d } from './conv2d.ts';
import { conv2dInputGrad } from './conv2d-input-grad.ts';
import { expand } from './expand.ts';
import { maxPool } from './max-pool.ts';
import { maxUnpool } from './max-unpool.ts';
import { pairs } from './pairs.ts';
import { reduce } from './reduce.ts';
import { reluGrad } from './relu-grad.ts';
import { slice } from './slice.ts';

/** `evaluate` of core operations that come without it, by type. */
export const references: Readonly<Record<string, Reference<never>>> = {
  add: pairs((a, b) => a + b),
  conv2d,
  'conv2d-input-grad': conv2dInputGrad,
  // Integers are divided towards zero.
  div: pairs((a, b, dtype) => (dtype.startsWith('float') ? a / b : Math.trunc(a / b))),
  expand,
  'max-pool': maxPool,
  'max-unpool': maxUnpool,
  mul: pairs((a, b) => a * b),
  reduce,
  'relu-grad': reluGrad,
  slice,
  sub: pairs((a, b) => a - b),
};
