import type { GraphBuilder } from '../../ir/builder.ts';
import type { Node } from '../../ir/graph.ts';
import type { SplitContext } from '../../ir/op.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { sliceAlong } from '../internal/view.ts';

const BYTES = 4; // float32, the only element type of weights on the GPU

/** A matrix product by a constant of too many bytes, as products by blocks of its rows. */
export function splitProduct({ builder, node, inputs, operand, constant, maxBytes }: SplitContext): string | undefined {
  if (operand > 1 || constant.shape[1]! * BYTES > maxBytes) return undefined;
  return product(builder, node, inputs, operand, blocksOf(constant, maxBytes));
}

interface Block {
  readonly start: number;
  readonly rows: Tensor;
}

const cache = new WeakMap<Tensor, Map<number, readonly Block[]>>();

/** The tensor [rows, columns] cut into the fewest blocks of rows that fit, all of the same height but the last. */
function blocksOf(tensor: Tensor, maxBytes: number): readonly Block[] {
  const [rows = 0, columns = 0] = tensor.shape;
  const pieces = Math.ceil(rows / Math.floor(maxBytes / (columns * BYTES)));
  const cuts = cache.get(tensor) ?? new Map<number, readonly Block[]>();
  cache.set(tensor, cuts);
  const known = cuts.get(pieces);
  if (known) return known;
  const height = Math.ceil(rows / pieces);
  const blocks = Array.from({ length: Math.ceil(rows / height) }, (_, i) => {
    const start = i * height;
    const end = Math.min(start + height, rows);
    const data = tensor.data.subarray(start * columns, end * columns);
    return { start, rows: { ...tensor, shape: [end - start, columns], data } };
  });
  cuts.set(pieces, blocks);
  return blocks;
}

/** alpha·A·B + beta·C where operand 0 or 1 comes in blocks of rows. */
function product(
  builder: GraphBuilder,
  node: Node,
  inputs: readonly string[],
  operand: number,
  blocks: readonly Block[],
): string {
  const { transA, transB, beta } = node.attributes;
  const transposed = [transA === true, transB === true];
  const other = 1 - operand;
  // Rows of A, or of Bᵀ, are rows or columns of the product; those of Aᵀ, or of B, are what it sums over.
  const summed = transposed[operand] === (operand === 0);
  const summedAxis = transposed[other] === (other === 0) ? 0 : 1;
  const parts = blocks.map(({ start, rows }, i) => {
    const factors = [inputs[0]!, inputs[1]!];
    factors[operand] = builder.constant(`${factors[operand]!}/${String(i)}`, rows);
    if (summed) factors[other] = sliceAlong(builder, factors[other]!, summedAxis, start, rows.shape[0]!);
    return builder.add('gemm', factors, node.attributes, { name: `${node.name}/${String(i)}` });
  });

  const end = { name: node.name, outputs: node.outputs };
  const addend = (inputs[2] ?? '') === '' ? undefined : scaled(builder, inputs[2]!, beta as number);
  if (summed) return sum(builder, addend === undefined ? parts : [...parts, addend], end);
  const axis = operand;
  if (addend === undefined) return builder.add('concat', parts, { axis }, end);
  return builder.add('add', [builder.add('concat', parts, { axis }), addend], {}, end);
}

function scaled(builder: GraphBuilder, name: string, factor: number): string {
  return factor === 1 ? name : builder.add('mul', [name, builder.scalar(factor)]);
}

function sum(
  builder: GraphBuilder,
  parts: readonly string[],
  end: { name: string; outputs: readonly string[] },
): string {
  return parts.reduce((total, part, i) => builder.add('add', [total, part], {}, i === parts.length - 1 ? end : {}));
}
