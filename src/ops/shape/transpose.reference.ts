import type { Reference } from '../../ir/op.ts';
import { walk } from '../internal/walk.reference.ts';
import { permuted, type TransposeAttributes } from './transpose.ts';

export const transpose: Reference<TransposeAttributes> = (
  { attributes: { permutation }, inputs: [x], outputs: [y] },
  [xv],
) => [walk(xv!, y!.shape, permuted(x!.shape, permutation))];
