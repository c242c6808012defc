import type { Choosing, Launching, NodeContext } from '../../ir/op.ts';
import { clipping } from '../internal/epilogue.ts';
import { able, launchBest } from '../internal/variants.ts';
import { operands, type GemmAttributes } from './gemm.ts';
import { products, type Operand, type Product } from './kernels.ts';

/** The product that a node asks for. */
export function productOf(context: NodeContext<GemmAttributes>): Product {
  const { m, n, k, a, b, c } = operands(context);
  const { alpha, beta } = context.attributes;
  const operand = (index: number, [rows, columns]: readonly [number, number]): Operand => ({
    tensor: context.inputs[index]!.name,
    strides: [0, 0, rows, columns],
  });
  return {
    outer: 1,
    inner: 1,
    m,
    n,
    k,
    a: operand(0, a),
    b: operand(1, b),
    bias: c && operand(2, c),
    alpha,
    beta,
    epilogue: clipping(context.attributes),
    y: context.outputs[0]!.name,
  };
}

export const gemm: Launching<GemmAttributes> = (context, capabilities) =>
  launchBest(products, productOf(context), capabilities, context.attributes.variant);

export const gemmVariants: Choosing<GemmAttributes> = (context, capabilities) =>
  able(products, productOf(context), capabilities);
