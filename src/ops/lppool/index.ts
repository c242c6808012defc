import type { Family } from '../family.ts';
import { lpPools } from './lp-pool.ts';

/** Norms under windows, composed of powers and means. */
export const family: Family = { ops: [], importers: lpPools };
