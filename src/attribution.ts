/**
 * Attribution: which parts of a picture, or of a layer, speak for what the network says. An entry of its own, `unpool/attribution`, besides
 * the methods that `unpool` has.
 */

/** All methods by name, with their sources; what they take and give. */
export {
  explanationMethods,
  type ExplanationEntry,
  type ExplanationGroup,
  type ExplanationName,
  type ExplanationOptions,
} from './methods/attribution/methods.ts';
export type { ExplainOptions, Explanation } from './methods/attribution/parts/job.ts';
export type { AttributionTarget, Contrast } from './methods/attribution/parts/target.ts';

/** Class activation maps: feature maps of a layer, weighted. */
export { cam } from './methods/attribution/cam.ts';
export { gradCam } from './methods/attribution/grad-cam.ts';
export { guidedGradCam } from './methods/attribution/guided-grad-cam.ts';
export { hiResCam } from './methods/attribution/hires-cam.ts';
export { gradCamPlusPlus } from './methods/attribution/grad-cam-plus-plus.ts';
export { xGradCam } from './methods/attribution/x-grad-cam.ts';
export { layerCam } from './methods/attribution/layer-cam.ts';
export { eigenCam } from './methods/attribution/eigen-cam.ts';
export { scoreCam } from './methods/attribution/score-cam.ts';
export { ablationCam } from './methods/attribution/ablation-cam.ts';
export type { CamOptions, LayerAttribution } from './methods/attribution/parts/cam.ts';

/** Signals sent back. */
export { inputXGradient } from './methods/attribution/input-x-gradient.ts';
export { fullGrad } from './methods/attribution/full-grad.ts';
export { excitationBackprop } from './methods/attribution/excitation-backprop.ts';
export { smoothGrad } from './methods/attribution/smooth-grad.ts';
export { smoothGradSquared } from './methods/attribution/smooth-grad-squared.ts';
export { varGrad } from './methods/attribution/var-grad.ts';
export type { ExplanationMethod, SmoothingOptions } from './methods/attribution/parts/smoothing.ts';

/** Rules of your own for how a signal passes, by kinds of op. */
export { byRules, registerRules, type ByRulesOptions } from './methods/attribution/by-rules.ts';
export type { BackwardRule, OpKind, RuleTable } from './methods/attribution/parts/rule-tables.ts';
export { passOn } from './methods/attribution/parts/excitation-rules.ts';
export type { SignalRules } from './methods/attribution/parts/signals.ts';

/** Comparisons with a picture that says nothing: these should add up to a difference of scores. */
export { integratedGradients, type IntegratedGradientsOptions } from './methods/attribution/integrated-gradients.ts';
export { expectedGradients, type ExpectedGradientsOptions } from './methods/attribution/expected-gradients.ts';
export { deepLift, type DeepLiftOptions } from './methods/attribution/deep-lift.ts';
export type { Baseline } from './methods/attribution/parts/baselines.ts';
export type { CompleteAttribution, Completeness } from './methods/attribution/parts/completeness.ts';

/** Parts of the picture hidden by chance. */
export { rise, type RiseOptions } from './methods/attribution/rise.ts';
