import type { Launching } from '../../ir/op.ts';
import { asGemm, type GemmHalvesAttributes } from './gemm-halves.ts';
import { productOf } from './gemm.launches.ts';
import { products } from './kernels.ts';

export const gemmHalves: Launching<GemmHalvesAttributes> = (context, capabilities) => {
  const { variant = capabilities.subgroups ? 'quad-rows' : 'rows' } = context.attributes;
  const launches = products.variants[variant]!.launches(productOf(asGemm(context)), capabilities);
  return launches.map((launch) => ({ ...launch, shader: launch.shader.replace('rows', 'rows-halves') }));
};
