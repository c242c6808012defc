import { ALL, along, samePlace } from '../../ir/dependence.ts';
import { defineOp, type BackwardContext, type NodeContext, type OnnxNode, type Op } from '../../ir/op.ts';
import { broadcastShapes, broadcastStrides, sameShape, type Shape } from '../../tensor/shape.ts';
import { expectRank, shapeError } from '../internal/check.ts';
import { expectUnfused, type ClipAttributes } from '../internal/epilogue.ts';
import { emit } from '../internal/onnx.ts';
import { unbroadcast } from '../internal/broadcast.ts';
import { type VariantAttributes } from '../internal/variants.ts';
import { splitProduct } from './split.ts';

export interface GemmAttributes extends VariantAttributes, ClipAttributes {
  readonly alpha: number;
  readonly beta: number;
  /** a is given as [k, m]. */
  readonly transA: boolean;
  /** b is given as [n, k]. */
  readonly transB: boolean;
}

/**
 * Matrix product y = alpha · a [m, k] · b [k, n] + beta · c, where c broadcasts to [m, n] and may be absent, clipped to
 * low … high.
 */
export const gemm: Op = defineOp<GemmAttributes>({
  type: 'gemm',
  product: 'matrix',
  dependence: ({ attributes: { transA, transB }, inputs: [, , c], outputs: [y] }) => [
    transA ? [ALL, along(0)] : [along(0), ALL],
    transB ? [along(1), ALL] : [ALL, along(1)],
    c && samePlace(c, y!),
  ],
  epilogue: { clamp: true },
  withHalves: ({ alpha, beta, low, high, transA, transB }, weights) =>
    !transA && transB && weights.shape[1]! % 4 === 0
      ? { op: 'gemm-halves', attributes: { alpha, beta, low, high } }
      : undefined,
  title: () => 'fully connected',
  infer: ({ node, attributes, inputs: [a, b, c] }) => {
    expectRank(node, 'a', a!, 2);
    expectRank(node, 'b', b!, 2);
    const [m, k] = oriented(a!.shape, attributes.transA);
    const [depth, n] = oriented(b!.shape, attributes.transB);
    if (depth !== k || k === 0) {
      throw shapeError(node, 'the matrices do not fit', `a·b over ${String(k)} elements`, `${String(depth)} in b`);
    }
    const broadcast = c && broadcastShapes(c.shape, [m, n]);
    if (c && !(broadcast && sameShape(broadcast, [m, n]))) {
      throw shapeError(node, 'c does not broadcast', `${String(m)}×${String(n)}`, c.shape.join('×'));
    }
    return [{ dtype: 'float32', shape: [m, n] }];
  },
  split: splitProduct,
  backward: (context) => {
    expectUnfused(context.node, context.attributes);
    return [gradientOfA(context), gradientOfB(context), gradientOfC(context)];
  },
  flops: (context) => {
    const { m, n, k } = operands(context);
    return 2 * m * n * k;
  },
  onnx: { Gemm: importGemm },
});

type Strides = readonly [rows: number, columns: number];

/** Rows and columns of the matrices, once they are turned. */
export function oriented(shape: Shape, transposed: boolean): [number, number] {
  const [rows, columns] = shape.slice(-2) as [number, number];
  return transposed ? [columns, rows] : [rows, columns];
}

/** Strides along the rows and columns of the matrices, once they are turned. */
export function rowsAndColumns(shape: Shape, transposed: boolean): Strides {
  return transposed ? [1, shape.at(-1)!] : [shape.at(-1)!, 1];
}

/** Sizes, and strides of each operand along the rows and columns of its part in the product. */
export function operands({ attributes: { transA, transB }, inputs: [a, b, c] }: NodeContext<GemmAttributes>): {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: Strides;
  readonly b: Strides;
  readonly c: Strides | undefined;
} {
  const [m, k] = oriented(a!.shape, transA);
  const [, n] = oriented(b!.shape, transB);
  return {
    m,
    n,
    k,
    a: rowsAndColumns(a!.shape, transA),
    b: rowsAndColumns(b!.shape, transB),
    c: c && (broadcastStrides(c.shape, [m, n]) as [number, number]),
  };
}

/** alpha · dy · op(b)ᵀ, turned where a was. */
function gradientOfA({
  builder,
  node,
  attributes,
  wanted,
  dy: [dy],
}: BackwardContext<GemmAttributes>): string | undefined {
  if (!wanted[0]) return undefined;
  const { alpha, transA, transB } = attributes;
  const b = node.inputs[1]!;
  return transA
    ? builder.add('gemm', [b, dy!], { alpha, beta: 1, transA: transB, transB: true })
    : builder.add('gemm', [dy!, b], { alpha, beta: 1, transA: false, transB: !transB });
}

/** alpha · op(a)ᵀ · dy, turned where b was. */
function gradientOfB({
  builder,
  node,
  attributes,
  wanted,
  dy: [dy],
}: BackwardContext<GemmAttributes>): string | undefined {
  if (!wanted[1]) return undefined;
  const { alpha, transA, transB } = attributes;
  const a = node.inputs[0]!;
  return transB
    ? builder.add('gemm', [dy!, a], { alpha, beta: 1, transA: true, transB: transA })
    : builder.add('gemm', [a, dy!], { alpha, beta: 1, transA: !transA, transB: false });
}

function gradientOfC({
  builder,
  attributes,
  inputs,
  wanted,
  dy: [dy],
}: BackwardContext<GemmAttributes>): string | undefined {
  if (!wanted[2]) return undefined;
  const { beta } = attributes;
  const scaled = beta === 1 ? dy! : builder.add('mul', [dy!, builder.scalar(beta)]);
  return unbroadcast(builder, scaled, inputs[2]!.shape);
}

function importGemm(n: OnnxNode): readonly string[] {
  return [
    emit(n, 'gemm', [n.input(0), n.input(1), ...(n.given(2) ? [n.input(2)] : [])], {
      alpha: n.float('alpha', 1),
      beta: n.float('beta', 1),
      transA: n.int('transA', 0) === 1,
      transB: n.int('transB', 0) === 1,
    }),
  ];
}
