import type { Family } from '../family.ts';
import { augment } from './augment.ts';
import { adamStep, rmspropStep, sgdStep } from './descent.ts';
import { randomKeep } from './random-keep.ts';
import { takeRows } from './take-rows.ts';

/** What training takes besides gradients: mini-batches, chance, and steps of optimisers. */
export const family: Family = {
  ops: [adamStep, augment, randomKeep, rmspropStep, sgdStep, takeRows],
  references: () => import('./references.ts'),
};
