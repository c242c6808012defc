import { ALL, along, samePlace } from '../../ir/dependence.ts';
import { defineOp, type NodeContext, type Op } from '../../ir/op.ts';
import { gemm, type GemmAttributes } from './gemm.ts';
import { expectRank, shapeError } from '../internal/check.ts';
import type { ClipAttributes } from '../internal/epilogue.ts';
import type { VariantAttributes } from '../internal/variants.ts';

export interface GemmHalvesAttributes extends ClipAttributes, VariantAttributes {
  readonly alpha: number;
  readonly beta: number;
}

/**
 * A gemm of a [m, k] with the transpose of a matrix [n, k] whose numbers are float16, two in each uint32 of b [n, k / 2], the
 * first in the low bits; k is a multiple of 4. Sums are float32. Comes from `halveWeights`, after differentiation.
 */
export const gemmHalves: Op = defineOp<GemmHalvesAttributes>({
  type: 'gemm-halves',
  product: 'matrix',
  dependence: ({ inputs: [, , c], outputs: [y] }) => [[along(0), ALL], [along(1), ALL], c && samePlace(c, y!)],
  infer: (context) => {
    const { node, inputs } = context;
    const b = inputs[1]!;
    expectRank(node, 'b', b, 2);
    if (b.dtype !== 'uint32' || b.shape[1]! % 2 !== 0) {
      throw shapeError(
        node,
        'b is no matrix of pairs',
        'uint32 [n, an even number]',
        `${b.dtype} [${b.shape.join(', ')}]`,
      );
    }
    return gemm.infer(asGemm(context));
  },
  flops: (context) => gemm.flops!(asGemm(context)),
});

type Given = Pick<NodeContext<GemmHalvesAttributes>, 'attributes' | 'inputs'>;

/** What it would be with numbers of float32. */
export function asGemm<C extends Given>(context: C): C & NodeContext<GemmAttributes> {
  const [a, b, c] = context.inputs;
  const [n = 0, pairs = 0] = b!.shape;
  const attributes = { ...context.attributes, transA: false, transB: true };
  return { ...context, attributes, inputs: [a, { ...b!, dtype: 'float32', shape: [n, 2 * pairs] }, c] } as never;
}
