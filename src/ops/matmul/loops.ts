import type { Loops } from '../loop.ts';
import { gemmHalves } from './gemm-halves.loop.ts';
import { gemm } from './gemm.loop.ts';
import { matmul } from './matmul.loop.ts';

/** The family in float32 on the CPU, by type. */
export const loops: Loops = {
  gemm,
  'gemm-halves': gemmHalves,
  matmul,
};
