import type { Family } from '../family.ts';
import { gemm } from './gemm.ts';
import { gemmHalves } from './gemm-halves.ts';
import { matmul } from './matmul.ts';

/** Products of matrices. */
export const family: Family = {
  ops: [gemm, gemmHalves, matmul],
  references: () => import('./references.ts'),
};
