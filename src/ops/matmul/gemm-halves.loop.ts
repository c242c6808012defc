import { inFloat64 } from '../internal/float64.loop.ts';
import { gemmHalves as reference } from './gemm-halves.reference.ts';
import type { Loop } from '../loop.ts';
import { asGemm, type GemmHalvesAttributes } from './gemm-halves.ts';
import { lowered } from './gemm.loop.ts';

/** With kernels only: plain loops would take the numbers apart for each image again. */
export const gemmHalves: Loop<GemmHalvesAttributes> = (context, machine) =>
  machine.kernels ? lowered(asGemm(context), machine, true) : inFloat64(reference, context, machine);
