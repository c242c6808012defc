import type { Choosing, Launching } from '../../ir/op.ts';
import type { ClipAttributes } from '../internal/epilogue.ts';
import { able, launchBest } from '../internal/variants.ts';
import { convolution } from './call.ts';
import type { ConvAttributes } from './geometry.ts';
import { convolutions } from './kernels.ts';

export const conv2d: Launching<ConvAttributes & ClipAttributes> = (context, capabilities) =>
  launchBest(convolutions, convolution(context), capabilities, context.attributes.variant);

export const conv2dVariants: Choosing<ConvAttributes & ClipAttributes> = (context, capabilities) =>
  able(convolutions, convolution(context), capabilities);
