import { along, segment } from '../../ir/dependence.ts';
import { defineOp, type Copy, type NodeContext, type Op } from '../../ir/op.ts';
import { formatShape, normalizeAxis, stridesOf } from '../../tensor/shape.ts';
import { shapeError } from '../internal/check.ts';
import { axisOf, emit, operandsOf } from '../internal/onnx.ts';
import { expectFewAxes } from '../internal/strided.ts';
import { sliceAlong } from '../internal/view.ts';

export interface ConcatAttributes {
  readonly axis: number;
}

/** Any number of tensors one after the other along an axis. */
export const concat: Op = defineOp<ConcatAttributes>({
  type: 'concat',
  dependence: ({ attributes: { axis }, inputs }) => {
    let offset = 0;
    return inputs.map((x) => {
      const size = x!.shape[axis]!;
      offset += size;
      return x!.shape.map((_, i) => (i === axis ? segment(axis, offset - size, size) : along(i)));
    });
  },
  onWindow: ({ attributes }) => (attributes.axis === 1 ? { attributes } : undefined),
  title: () => 'joined',
  anyNumbers: true,
  infer: ({ node, attributes: { axis }, inputs }) => {
    const [first, ...others] = inputs.map((x) => x!.shape) as [number[], ...number[][]];
    if (normalizeAxis(axis, first.length) !== axis) {
      throw shapeError(node, 'there is no such axis', `0 to ${String(first.length - 1)}`, String(axis));
    }
    for (const shape of others) {
      if (shape.length !== first.length || shape.some((n, i) => i !== axis && n !== first[i])) {
        const expected = `${formatShape(first)} but for axis ${String(axis)}`;
        throw shapeError(node, 'the inputs do not fit each other', expected, formatShape(shape));
      }
    }
    expectFewAxes(node, first);
    const total = others.reduce((sum, shape) => sum + shape[axis]!, first[axis]!);
    return [{ dtype: inputs[0]!.dtype, shape: first.map((n, i) => (i === axis ? total : n)) }];
  },
  copies: concatCopies,
  backward: ({ builder, attributes: { axis }, inputs, wanted, dy: [dy] }) => {
    let start = 0;
    return inputs.map((x, i) => {
      const size = x!.shape[axis]!;
      start += size;
      return wanted[i] ? sliceAlong(builder, dy!, axis, start - size, size) : undefined;
    });
  },
  onnx: {
    Concat: (n) => {
      const parts = operandsOf(n);
      const axis = axisOf(n, n.int('axis', 1), n.value(0).shape.length);
      return parts.length === 1 ? parts : [emit(n, 'concat', parts, { axis })];
    },
  },
});

/** One part after the other. */
export function concatCopies({
  attributes: { axis },
  inputs,
  outputs: [y],
}: NodeContext<ConcatAttributes>): readonly Copy[] {
  const strides = stridesOf(y!.shape);
  let end = 0;
  return inputs.map((x) => {
    const { name, shape } = x!;
    const offset = end;
    end += shape[axis]! * strides[axis]!;
    return {
      x: { tensor: name, offset: 0, strides: stridesOf(shape) },
      y: { tensor: y!.name, offset, strides },
      shape,
    };
  });
}
