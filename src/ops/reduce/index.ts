import type { Family } from '../family.ts';
import { reduce } from './reduce.ts';
import { reductions } from './reductions.ts';

/** Sums, means and extremes over axes. */
export const family: Family = {
  ops: [reduce],
  importers: reductions,
  references: () => import('./references.ts'),
};
