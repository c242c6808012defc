import type { Family } from '../family.ts';
import { arithmetic } from './arithmetic.ts';
import { cast } from './cast.ts';
import { functions } from './functions.ts';
import { importers } from './importers.ts';
import { pairs } from './pairs.ts';
import { prelu } from './prelu.ts';
import { redirectedRelu } from './redirected-relu.ts';
import { relu } from './relu.ts';
import { reluGrad } from './relu-grad.ts';

/** Functions of one number and of two. */
export const family: Family = {
  ops: [...arithmetic, cast, ...functions, ...pairs, prelu, redirectedRelu, relu, reluGrad],
  importers,
  references: () => import('./references.ts'),
};
