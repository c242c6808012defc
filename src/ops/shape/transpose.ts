import { along } from '../../ir/dependence.ts';
import { defineOp, type Copy, type NodeContext, type Op } from '../../ir/op.ts';
import { formatShape, stridesOf } from '../../tensor/shape.ts';
import { shapeError } from '../internal/check.ts';
import { emit } from '../internal/onnx.ts';
import { expectFewAxes, wholeCopy } from '../internal/strided.ts';

export interface TransposeAttributes {
  /** Axis i of y is axis permutation[i] of x. */
  readonly permutation: readonly number[];
}

/** The axes of x in another order. */
export const transpose: Op = defineOp<TransposeAttributes>({
  type: 'transpose',
  dependence: ({ attributes: { permutation } }) => [permutation.map((_, axis) => along(permutation.indexOf(axis)))],
  permutation: ({ permutation }) => permutation,
  keepsOrder: () => true,
  infer: ({ node, attributes: { permutation }, inputs: [x] }) => {
    const { shape, dtype } = x!;
    if ([...permutation].sort((a, b) => a - b).join() !== [...shape.keys()].join()) {
      const expected = `each axis of ${formatShape(shape)} once`;
      throw shapeError(node, 'the permutation does not fit', expected, `[${permutation.join(', ')}]`);
    }
    expectFewAxes(node, shape);
    return [{ dtype, shape: permutation.map((axis) => shape[axis]!) }];
  },
  anyNumbers: true,
  copies: transposeCopies,
  backward: ({ builder, attributes: { permutation }, dy: [dy] }) => {
    const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
    return [builder.add('transpose', [dy!], { permutation: inverse })];
  },
  onnx: {
    Transpose: (n) => {
      const reversed = [...n.value(0).shape.keys()].reverse();
      return [emit(n, 'transpose', [n.input(0)], { permutation: n.ints('perm', reversed) })];
    },
  },
});

export function transposeCopies(context: NodeContext<TransposeAttributes>): readonly Copy[] {
  return wholeCopy(context, { offset: 0, strides: permuted(context.inputs[0]!.shape, context.attributes.permutation) });
}

/** Strides of x along the axes of y. */
export function permuted(shape: readonly number[], permutation: readonly number[]): number[] {
  const strides = stridesOf(shape);
  return permutation.map((axis) => strides[axis]!);
}
