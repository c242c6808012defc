import type { Loop } from '../loop.ts';
import { asGemm, type GemmHalvesAttributes } from './gemm-halves.ts';
import { lowered } from './gemm.loop.ts';

/** With kernels only: plain loops would take the numbers apart for each image again. */
export const gemmHalves: Loop<GemmHalvesAttributes> = (context, machine) =>
  machine.kernels && lowered(asGemm(context), machine, true);
