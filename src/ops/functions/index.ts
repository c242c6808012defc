import type { Family } from '../family.ts';
import { composed } from './composed.ts';
import { functionsOfOne } from './one.ts';
import { functionsOfTwo } from './two.ts';
import { where } from './where.ts';

/** Functions of one number, of two and of three that few networks have. */
export const family: Family = {
  ops: [...functionsOfOne, ...functionsOfTwo, where],
  importers: composed,
  references: () => import('./references.ts'),
};
