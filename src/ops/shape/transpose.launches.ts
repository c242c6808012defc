import type { Launching } from '../../ir/op.ts';
import { copying } from './copies.launches.ts';
import { transposeCopies, type TransposeAttributes } from './transpose.ts';

export const transpose: Launching<TransposeAttributes> = copying(transposeCopies);
