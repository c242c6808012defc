import type { References } from '../family.ts';
import { gemmHalves } from './gemm-halves.reference.ts';
import { gemm } from './gemm.reference.ts';
import { matmul } from './matmul.reference.ts';

/** The family in float64, by type. */
export const references: References = {
  'gemm-halves': gemmHalves,
  gemm,
  matmul,
};
