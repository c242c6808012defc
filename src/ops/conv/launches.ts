import type { LaunchesByType, VariantsByType } from '../family.ts';
import { conv2dInputGrad, conv2dInputGradVariants } from './conv2d-input-grad.launches.ts';
import { conv2dWeightGrad } from './conv2d-weight-grad.launches.ts';
import { conv2d, conv2dVariants } from './conv2d.launches.ts';

/** The family on WebGPU, by type. */
export const launches: LaunchesByType = {
  'conv2d-input-grad': conv2dInputGrad,
  'conv2d-weight-grad': conv2dWeightGrad,
  conv2d,
};

/** What has several ways. */
export const variants: VariantsByType = {
  'conv2d-input-grad': conv2dInputGradVariants,
  conv2d: conv2dVariants,
};
