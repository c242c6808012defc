import type { References } from '../family.ts';
import { deltaBarDelta } from './delta-bar-delta.reference.ts';
import { jointProbabilities } from './joint-probabilities.reference.ts';
import { perplexity } from './perplexity.reference.ts';
import { squaredDistances } from './squared-distances.reference.ts';
import { tsneDivergence } from './tsne-divergence.reference.ts';
import { tsneForces } from './tsne-forces.reference.ts';
import { tsneGradient } from './tsne-gradient.reference.ts';

/** The family in float64, by type. */
export const references: References = {
  'delta-bar-delta': deltaBarDelta,
  'joint-probabilities': jointProbabilities,
  perplexity,
  'squared-distances': squaredDistances,
  'tsne-divergence': tsneDivergence,
  'tsne-forces': tsneForces,
  'tsne-gradient': tsneGradient,
};
