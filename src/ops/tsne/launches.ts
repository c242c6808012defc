import type { LaunchesByType } from '../family.ts';
import { deltaBarDelta } from './delta-bar-delta.launches.ts';
import { jointProbabilities } from './joint-probabilities.launches.ts';
import { perplexity } from './perplexity.launches.ts';
import { squaredDistances } from './squared-distances.launches.ts';
import { tsneDivergence } from './tsne-divergence.launches.ts';
import { tsneForces } from './tsne-forces.launches.ts';
import { tsneGradient } from './tsne-gradient.launches.ts';

/** The family on WebGPU, by type. */
export const launches: LaunchesByType = {
  'delta-bar-delta': deltaBarDelta,
  'joint-probabilities': jointProbabilities,
  perplexity,
  'squared-distances': squaredDistances,
  'tsne-divergence': tsneDivergence,
  'tsne-forces': tsneForces,
  'tsne-gradient': tsneGradient,
};
