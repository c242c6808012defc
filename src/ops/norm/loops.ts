import type { Loops } from '../loop.ts';
import { batchNorm } from './batch-norm.loop.ts';
import { lrn, lrnGrad } from './lrn.loop.ts';
import { softmax } from './softmax.loop.ts';

/** The family in float32 on the CPU, by type. */
export const loops: Loops = {
  'batch-norm': batchNorm,
  lrn,
  'lrn-grad': lrnGrad,
  softmax,
};
