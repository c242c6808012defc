import type { Family } from '../family.ts';
import { deltaBarDelta } from './delta-bar-delta.ts';
import { jointProbabilities } from './joint-probabilities.ts';
import { perplexity } from './perplexity.ts';
import { squaredDistances } from './squared-distances.ts';
import { tsneDivergence } from './tsne-divergence.ts';
import { tsneForces } from './tsne-forces.ts';
import { tsneGradient } from './tsne-gradient.ts';

/** t-SNE. */
export const family: Family = {
  ops: [deltaBarDelta, jointProbabilities, perplexity, squaredDistances, tsneDivergence, tsneForces, tsneGradient],
  references: () => import('./references.ts'),
};
