import type { Choosing, Launching, NodeContext } from '../../ir/op.ts';
import { clipping } from '../internal/epilogue.ts';
import { able, launchBest } from '../internal/variants.ts';
import { products, type Operand, type Product } from './kernels.ts';
import { sizesOf, type MatMulAttributes } from './matmul.ts';

function productOf(context: NodeContext<MatMulAttributes>): Product {
  const { m, n, k, batch, a, b } = sizesOf(context);
  const [outer, inner] = batch.shape.length === 1 ? [1, batch.shape[0]!] : (batch.shape as [number, number]);
  const operand = (index: 0 | 1, [rows, columns]: readonly [number, number]): Operand => {
    const strides = batch.strides[index]!;
    return {
      tensor: context.inputs[index]!.name,
      strides: [strides.length === 1 ? 0 : strides[0]!, strides.at(-1)!, rows, columns],
    };
  };
  return {
    outer,
    inner,
    m,
    n,
    k,
    a: operand(0, a),
    b: operand(1, b),
    bias: undefined,
    alpha: 1,
    beta: 0,
    epilogue: clipping({}),
    y: context.outputs[0]!.name,
  };
}

export const matmul: Launching<MatMulAttributes> = (context, capabilities) =>
  launchBest(products, productOf(context), capabilities, context.attributes.variant);

export const matmulVariants: Choosing<MatMulAttributes> = (context, capabilities) =>
  able(products, productOf(context), capabilities);
