import type { Family } from '../family.ts';
import { batchNorm } from './batch-norm.ts';
import { normalisations } from './composed.ts';
import { lrn } from './lrn.ts';
import { lrnGrad } from './lrn-grad.ts';
import { softmax } from './softmax.ts';

/** Normalisations. */
export const family: Family = {
  ops: [batchNorm, lrn, lrnGrad, softmax],
  importers: normalisations,
  references: () => import('./references.ts'),
};
