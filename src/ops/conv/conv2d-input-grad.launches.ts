import type { Choosing, Launching } from '../../ir/op.ts';
import { able, launchBest } from '../internal/variants.ts';
import { inputGradient } from './call.ts';
import type { InputGradAttributes } from './conv2d-input-grad.ts';
import { convolutions } from './kernels.ts';
import { allPhases, hasManyPhases } from './phases.ts';

/** The variant that does all phases of the stride in one launch. */
const ALL_PHASES = 'all-phases';

export const conv2dInputGrad: Launching<InputGradAttributes> = (context, capabilities) => {
  const { variant } = context.attributes;
  if (variant === ALL_PHASES || (variant === undefined && hasManyPhases(context))) return allPhases(context);
  return inputGradient(context).flatMap((call) => launchBest(convolutions, call, capabilities, variant));
};

export const conv2dInputGradVariants: Choosing<InputGradAttributes> = (context, capabilities) => {
  if (hasManyPhases(context)) return [ALL_PHASES];
  const [first, ...others] = inputGradient(context).map((call) => able(convolutions, call, capabilities));
  return first!.filter((name) => others.every((names) => names.includes(name)));
};
