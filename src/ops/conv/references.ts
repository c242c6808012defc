import type { References } from '../family.ts';
import { conv2dInputGrad } from './conv2d-input-grad.reference.ts';
import { conv2dWeightGrad } from './conv2d-weight-grad.reference.ts';
import { conv2d } from './conv2d.reference.ts';

/** The family in float64, by type. */
export const references: References = {
  'conv2d-input-grad': conv2dInputGrad,
  'conv2d-weight-grad': conv2dWeightGrad,
  conv2d,
};
