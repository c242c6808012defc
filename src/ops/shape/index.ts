import type { Family } from '../family.ts';
import { blocks } from './blocks.ts';
import { concat } from './concat.ts';
import { expand } from './expand.ts';
import { gather } from './gather.ts';
import { pad } from './pad.ts';
import { reshape } from './reshape.ts';
import { roll } from './roll.ts';
import { shapes } from './shapes.ts';
import { slice } from './slice.ts';
import { slices } from './slices.ts';
import { transpose } from './transpose.ts';

/** Where elements lie, and nothing else. */
export const family: Family = {
  ops: [concat, expand, gather, pad, reshape, roll, slice, transpose],
  importers: { ...blocks, ...shapes, ...slices },
  references: () => import('./references.ts'),
};
