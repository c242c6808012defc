import { defineOp, type NodeContext, type OnnxNode, type Op } from '../../ir/op.ts';
import type { AddOptions, GraphBuilder } from '../../ir/builder.ts';
import { ALL, along, samePlace, type Dependence } from '../../ir/dependence.ts';
import type { Node, Value } from '../../ir/graph.ts';
import { broadcastShapes, broadcastStrides, formatShape, sizeOf, type Shape } from '../../tensor/shape.ts';
import { oriented, rowsAndColumns } from './gemm.ts';
import { shapeError } from '../internal/check.ts';
import { named } from '../internal/onnx.ts';
import { collapse, type Walk } from '../internal/strided.ts';
import { unbroadcast } from '../internal/broadcast.ts';
import { type VariantAttributes } from '../internal/variants.ts';
import { reshapeTo, squeeze, unsqueeze } from '../internal/view.ts';

export interface MatMulAttributes extends VariantAttributes {
  /** a is given as [.., k, m]. */
  readonly transA: boolean;
  /** b is given as [.., n, k]. */
  readonly transB: boolean;
}

/** Axes that the kernels walk along besides those of the matrices. */
const MAX_BATCH_AXES = 2;

/**
 * A product for each pair of matrices: y [.., m, n] = a [.., m, k] · b [.., k, n]; the leading axes broadcast to each other. A
 * product by one matrix is a `gemm`, which keeps its weights apart from the images.
 */
export const matmul: Op = defineOp<MatMulAttributes>({
  type: 'matmul',
  product: 'matrix',
  dependence: ({ attributes: { transA, transB }, inputs: [a, b], outputs: [y] }) => {
    const rank = y!.shape.length;
    const [rows, columns] = [along(rank - 2), along(rank - 1)];
    const leading = (x: Value): Dependence => samePlace(x, y!).slice(0, -2);
    return [
      [...leading(a!), ...(transA ? [ALL, rows] : [rows, ALL])],
      [...leading(b!), ...(transB ? [columns, ALL] : [ALL, columns])],
    ];
  },
  infer: ({ node, attributes: { transA, transB }, inputs: [a, b] }) => {
    expectMatrices(node, 'a', a!);
    expectMatrices(node, 'b', b!);
    const [m, k] = oriented(a!.shape, transA);
    const [depth, n] = oriented(b!.shape, transB);
    const leading = broadcastShapes(a!.shape.slice(0, -2), b!.shape.slice(0, -2));
    if (depth !== k || !leading) {
      const got = `${formatShape(a!.shape)} and ${formatShape(b!.shape)}`;
      const expected = depth === k ? 'leading axes of equal size or 1' : 'as many columns of a as rows of b';
      throw shapeError(node, 'the matrices do not fit', expected, got);
    }
    const { shape } = batchOf(a!.shape, b!.shape, leading);
    if (shape.length > MAX_BATCH_AXES) {
      const expected = `at most ${String(MAX_BATCH_AXES)} runs of axes that repeat neither, a or b`;
      throw shapeError(node, 'the matrices broadcast in turns', expected, String(shape.length));
    }
    return [{ dtype: 'float32', shape: [...leading, m, n] }];
  },
  // dA = dy · op(b)ᵀ and dB = op(a)ᵀ · dy, turned where a and b were, and added up where these were repeated
  backward: ({ builder, node, attributes: { transA, transB }, inputs, wanted, dy: [dy] }) => {
    const [a, b] = node.inputs as [string, string];
    const dA = (): string =>
      transA ? multiply(builder, b, dy!, transB, true) : multiply(builder, dy!, b, false, !transB);
    const dB = (): string =>
      transB ? multiply(builder, dy!, a, true, transA) : multiply(builder, a, dy!, !transA, false);
    return [dA, dB].map((gradient, i) => (wanted[i] ? unbroadcast(builder, gradient(), inputs[i]!.shape) : undefined));
  },
  flops: (context) => {
    const { m, n, k, batch } = sizesOf(context);
    return 2 * sizeOf(batch.shape) * m * n * k;
  },
  onnx: { MatMul: importMatMul },
});

function expectMatrices(node: Node, role: string, { shape }: Value): void {
  if (shape.length < 2) throw shapeError(node, `${role} is no matrix`, 'at least 2 axes', formatShape(shape));
}

/** The walk over pairs of matrices; axes along which both go on, or one stays, are one. */
function batchOf(a: Shape, b: Shape, leading: Shape): Walk {
  const strides = [a, b].map((shape) => broadcastStrides(shape, [...leading, ...shape.slice(-2)]).slice(0, -2));
  return collapse({ shape: leading, strides });
}

/** Sizes, the walk over the batch, and strides of each operand along the rows and columns of its part in a product. */
export function sizesOf({
  attributes: { transA, transB },
  inputs: [a, b],
  outputs: [y],
}: NodeContext<MatMulAttributes>): {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batch: Walk;
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
} {
  const [m, k] = oriented(a!.shape, transA);
  return {
    m,
    n: y!.shape.at(-1)!,
    k,
    batch: batchOf(a!.shape, b!.shape, y!.shape.slice(0, -2)),
    a: rowsAndColumns(a!.shape, transA),
    b: rowsAndColumns(b!.shape, transB),
  };
}

/** Appends op(a) · op(b). What the kernels cannot walk along is repeated in memory first. */
function multiply(
  builder: GraphBuilder,
  a: string,
  b: string,
  transA: boolean,
  transB: boolean,
  options?: AddOptions,
): string {
  const shapes = [a, b].map((name) => builder.value(name).shape) as [Shape, Shape];
  const leading = broadcastShapes(shapes[0].slice(0, -2), shapes[1].slice(0, -2)) ?? [];
  const repeat = batchOf(...shapes, leading).shape.length > MAX_BATCH_AXES;
  const operands = [a, b].map((name, i) => {
    const missing = leading.length + 2 - shapes[i]!.length;
    const whole = leading.map((size, axis) => (size === shapes[i]![axis - missing] ? 1 : size));
    return repeat ? builder.add('expand', [name], { shape: [...whole, 1, 1] }) : name;
  });
  return builder.add('matmul', operands, { transA, transB }, options);
}

/** Vectors are matrices of one row or column, which go again. */
function importMatMul(n: OnnxNode): readonly string[] {
  const [a, b] = [n.value(0).shape, n.value(1).shape];
  if (a.length === 0 || b.length === 0) n.refuse('a product with a single number');
  const left = a.length === 1 ? unsqueeze(n.builder, n.input(0), [0]) : n.input(0);
  const right = b.length === 1 ? unsqueeze(n.builder, n.input(1), [1]) : n.input(1);
  if (a.length > 1 && b.length > 1) return [multiplied(n.builder, [left, right], [false, false], named(n))];
  const y = multiplied(n.builder, [left, right], [false, false], { name: n.name });
  const rank = n.builder.value(y).shape.length;
  const dropped = [...(a.length === 1 ? [rank - 2] : []), ...(b.length === 1 ? [rank - 1] : [])];
  return [squeeze(n.builder, y, dropped, named(n))];
}

/** Appends op(a) · op(b). The leading axes of what is multiplied by one matrix become one with its rows. */
export function multiplied(
  builder: GraphBuilder,
  [a, b]: readonly [string, string],
  [transA, transB]: readonly [boolean, boolean],
  options: AddOptions = {},
): string {
  const [left, right] = [builder.value(a).shape, builder.value(b).shape];
  const flat = left.length === 2;
  if (right.length > 2 || (transA && !flat)) return multiply(builder, a, b, transA, transB, options);
  const attributes = { alpha: 1, beta: 1, transA, transB };
  if (flat) return builder.add('gemm', [a, b], attributes, options);
  const leading = left.slice(0, -1);
  const rows = reshapeTo(builder, a, [sizeOf(leading), left.at(-1)!]);
  const product = builder.add('gemm', [rows, b], attributes, options.name === undefined ? {} : { name: options.name });
  return reshapeTo(builder, product, [...leading, oriented(right, transB)[1]], options);
}
