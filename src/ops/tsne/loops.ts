import type { Loops } from '../loop.ts';
import { deltaBarDelta } from './delta-bar-delta.loop.ts';
import { jointProbabilities, squaredDistances } from './distances.loop.ts';
import { perplexity } from './perplexity.loop.ts';
import { tsneDivergence, tsneForces, tsneGradient } from './sums.loop.ts';

/** The family in float32 on the CPU, by type. */
export const loops: Loops = {
  'delta-bar-delta': deltaBarDelta,
  'joint-probabilities': jointProbabilities,
  perplexity,
  'squared-distances': squaredDistances,
  'tsne-divergence': tsneDivergence,
  'tsne-forces': tsneForces,
  'tsne-gradient': tsneGradient,
};
