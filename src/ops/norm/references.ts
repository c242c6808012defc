import type { References } from '../family.ts';
import { batchNorm } from './batch-norm.reference.ts';
import { lrnGrad } from './lrn-grad.reference.ts';
import { lrn } from './lrn.reference.ts';
import { softmax } from './softmax.reference.ts';

/** The family in float64, by type. */
export const references: References = {
  'batch-norm': batchNorm,
  'lrn-grad': lrnGrad,
  lrn,
  softmax,
};
