import type { LaunchesByType, VariantsByType } from '../family.ts';
import { gemmHalves } from './gemm-halves.launches.ts';
import { gemm, gemmVariants } from './gemm.launches.ts';
import { matmul, matmulVariants } from './matmul.launches.ts';

/** The family on WebGPU, by type. */
export const launches: LaunchesByType = {
  'gemm-halves': gemmHalves,
  gemm,
  matmul,
};

/** What has several ways. */
export const variants: VariantsByType = {
  gemm: gemmVariants,
  matmul: matmulVariants,
};
