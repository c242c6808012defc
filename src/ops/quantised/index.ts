import type { Family } from '../family.ts';
import { quantised } from './dequantize.ts';

/** Weights that files hold as integers. */
export const family: Family = {
  ops: [],
  importers: quantised,
};
