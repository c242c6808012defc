import type { Family } from '../family.ts';
import { einsum } from './einsum.ts';
import { fused } from './fused.ts';
import { normalisations } from './normalisations.ts';
import { reductions } from './reductions.ts';
import { refusals } from './refusals.ts';

/**
 * Operators that few networks have, all composed of operations of other families: so every backend computes them, and their
 * gradients are right.
 */
export const family: Family = {
  ops: [],
  importers: { ...einsum, ...fused, ...normalisations, ...reductions, ...refusals },
};
