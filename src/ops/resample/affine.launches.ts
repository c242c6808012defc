import type { Launching } from '../../ir/op.ts';
import { launchAffine } from './bilinear.launches.ts';

export const affine: Launching = (context) => launchAffine('resample/affine', context);
