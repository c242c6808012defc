import type { Family } from '../family.ts';
import { convTranspose } from './conv-transpose.ts';
import { conv2d } from './conv2d.ts';
import { conv2dInputGrad } from './conv2d-input-grad.ts';
import { conv2dWeightGrad } from './conv2d-weight-grad.ts';

/** Convolutions and their gradients. */
export const family: Family = {
  ops: [conv2d, conv2dInputGrad, conv2dWeightGrad],
  importers: convTranspose,
  references: () => import('./references.ts'),
};
