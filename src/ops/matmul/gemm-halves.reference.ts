import type { Reference } from '../../ir/op.ts';
import { ofHalfBits } from '../../tensor/halves.ts';
import { asGemm, type GemmHalvesAttributes } from './gemm-halves.ts';
import { gemm } from './gemm.reference.ts';

export const gemmHalves: Reference<GemmHalvesAttributes> = (context, [av, bv, cv]) => {
  const whole = Float64Array.from({ length: 2 * bv!.length }, (_, i) =>
    ofHalfBits(i % 2 === 0 ? bv![i / 2]! & 0xffff : bv![(i - 1) / 2]! >>> 16),
  );
  return gemm(asGemm(context), [av, whole, cv]);
};
