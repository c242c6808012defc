/**
 * Measures of maps: whether an attribution can be believed. An entry of its own, `unpool/measures`. Each says what it costs before it starts,
 * tells how far it is, and can be stopped. None of them says of a map that it is right; where a map fails one, it is known to be
 * wrong in that way.
 */

/** What they take and give. */
export type { Cost, Curve, Explain, Measured, MeasureOptions, MeasureProgress } from './methods/measures/measure.ts';

/** Whether the score follows when pixels go, from a map [h, w] over the picture. */
export { costOfDeletion, deletion, insertion } from './methods/measures/deletion.ts';
export type { DeletionOptions, DeletionSettings } from './methods/measures/deletion.ts';
export type { MeasureFill } from './methods/measures/fill.ts';
export { costOfRoad, road, type Road, type RoadOptions, type RoadSettings } from './methods/measures/road.ts';

/** Whether a signed map [c, h, w] tells by how much. */
export {
  completeness,
  costOfCompleteness,
  type CompletenessGap,
  type CompletenessOptions,
  type CompletenessSettings,
} from './methods/measures/completeness.ts';
export {
  costOfInfidelity,
  infidelity,
  type Disturbance,
  type Infidelity,
  type InfidelityOptions,
  type InfidelitySettings,
} from './methods/measures/infidelity.ts';

/** Whether maps change when they should, and only then: of a method, which makes them anew. */
export {
  costOfMaxSensitivity,
  maxSensitivity,
  type MaxSensitivity,
  type MaxSensitivityOptions,
  type MaxSensitivitySettings,
} from './methods/measures/max-sensitivity.ts';
export {
  costOfRandomisation,
  randomisation,
  type Randomisation,
  type RandomisationOptions,
  type RandomisationOrder,
  type RandomisationSettings,
  type RandomisedLayer,
} from './methods/measures/randomisation.ts';
export {
  costOfRandomLogit,
  randomLogit,
  type OtherClass,
  type RandomLogit,
  type RandomLogitOptions,
  type RandomLogitSettings,
} from './methods/measures/random-logit.ts';
export type { Likeness } from './methods/measures/alike.ts';

/** Whether they find the class among other photos. */
export {
  costOfFocus,
  focus,
  focusOf,
  mosaicOf,
  type Cells,
  type Focus,
  type FocusOptions,
  type Mosaic,
} from './methods/measures/focus.ts';

/** How a map is spread. */
export { complexity, sparseness } from './methods/measures/sparseness.ts';

/** What they are made of. */
export { spearman, ssim } from './methods/measures/similarity.ts';
export {
  randomised,
  uniformWeights,
  weightedLayers,
  withLinearScores,
  type WeightedLayer,
} from './methods/measures/derived.ts';
