import type { LaunchesByType } from '../family.ts';
import { batchNorm } from './batch-norm.launches.ts';
import { lrnGrad } from './lrn-grad.launches.ts';
import { lrn } from './lrn.launches.ts';
import { softmax } from './softmax.launches.ts';

/** The family on WebGPU, by type. */
export const launches: LaunchesByType = {
  'batch-norm': batchNorm,
  'lrn-grad': lrnGrad,
  lrn,
  softmax,
};
