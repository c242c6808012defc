import type { Launching } from '../../ir/op.ts';
import { launchAffine } from './bilinear.launches.ts';

export const affineGrad: Launching = (context) => launchAffine('resample/affine-grad', context);
