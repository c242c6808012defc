import { conv2dInputGrad, conv2dInputGradVariants } from './conv/conv2d-input-grad.launches.ts';
import { conv2d, conv2dVariants } from './conv/conv2d.launches.ts';
import type { FamilyLaunches } from './family.ts';
import { functionsOfTwo } from './pointwise/pairs.launches.ts';
import { reluGrad } from './pointwise/relu-grad.launches.ts';
import { relu } from './pointwise/relu.launches.ts';
import { maxPool } from './pool/max-pool.launches.ts';
import { maxUnpool } from './pool/max-unpool.launches.ts';
import { reduce } from './reduce/reduce.launches.ts';
import { concat, expand, slice } from './shape/copies.launches.ts';

/** The operations of base.ts on WebGPU, by type. */
export const baseLaunches: FamilyLaunches = {
  launches: {
    ...functionsOfTwo,
    concat,
    conv2d,
    'conv2d-input-grad': conv2dInputGrad,
    expand,
    'max-pool': maxPool,
    'max-unpool': maxUnpool,
    reduce,
    relu,
    'relu-grad': reluGrad,
    slice,
  },
  variants: { conv2d: conv2dVariants, 'conv2d-input-grad': conv2dInputGradVariants },
};
