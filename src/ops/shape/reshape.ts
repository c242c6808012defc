import { reshaped } from '../../ir/dependence.ts';
import { defineOp, type Op } from '../../ir/op.ts';
import { formatShape, sameShape, sizeOf } from '../../tensor/shape.ts';
import { shapeError } from '../internal/check.ts';
import { attributeOrInput, axisOf, named } from '../internal/onnx.ts';
import { reshapeTo, squeeze, unsqueeze } from '../internal/view.ts';

export interface ReshapeAttributes {
  /** As in ONNX: 0 copies the size of the same axis of x, −1 (once) is what is left. So it fits any batch. */
  readonly shape: readonly number[];
  /** 0 means no elements instead. */
  readonly allowZero: boolean;
}

/** The same elements in another shape; a view, nothing is copied. */
export const reshape: Op = defineOp<ReshapeAttributes>({
  type: 'reshape',
  dependence: ({ inputs: [x], outputs: [y] }) => [reshaped(x!.shape, y!.shape)],
  view: true,
  isIdentity: ({ inputs: [x], outputs: [y] }) => sameShape(x!.shape, y!.shape),
  keepsOrder: () => true,
  title: () => 'reshaped',
  infer: ({ node, attributes: { shape, allowZero }, inputs: [x] }) => {
    const copied = shape.map((n, axis) => (n === 0 && !allowZero ? (x!.shape[axis] ?? -2) : n));
    const size = sizeOf(x!.shape);
    const rest = sizeOf(copied.filter((n) => n !== -1));
    const result = copied.map((n) => (n === -1 ? size / rest : n));
    const valid = copied.filter((n) => n === -1).length <= 1 && result.every((n) => Number.isInteger(n) && n >= 0);
    if (!valid || sizeOf(result) !== size) {
      throw shapeError(
        node,
        'the elements do not fit',
        `${String(size)} elements of ${formatShape(x!.shape)}`,
        formatShape(shape),
      );
    }
    return [{ dtype: x!.dtype, shape: result }];
  },
  evaluate: (_, [x]) => [x!],
  backward: ({ builder, inputs: [x], dy: [dy] }) => [reshapeTo(builder, dy!, x!.shape)],
  onnx: {
    Reshape: (n) => {
      const shape = (n.opset < 5 ? n.ints('shape') : n.whole(1)) ?? n.refuse('it has no shape');
      if (n.int('allowzero', 0) === 0) return [reshapeTo(n.builder, n.input(0), shape, named(n))];
      return [n.builder.add('reshape', [n.input(0)], { shape, allowZero: true }, named(n))];
    },
    Flatten: (n) => {
      const { shape } = n.value(0);
      const given = n.int('axis', 1);
      const axis = given === shape.length ? given : axisOf(n, given, shape.length);
      const flat = [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis))];
      return [reshapeTo(n.builder, n.input(0), flat, named(n))];
    },
    Squeeze: (n) => {
      const { shape } = n.value(0);
      const given = attributeOrInput(n, 'axes', 1, 13)?.map((axis) => axisOf(n, axis, shape.length));
      const axes = given ?? [...shape.keys()].filter((axis) => shape[axis] === 1);
      if (axes.some((axis) => shape[axis] !== 1))
        n.refuse(`it drops an axis whose size is not 1: ${formatShape(shape)}`);
      return [squeeze(n.builder, n.input(0), axes, named(n))];
    },
    Unsqueeze: (n) => {
      const given = attributeOrInput(n, 'axes', 1, 13) ?? n.refuse('it has no axes');
      const rank = n.value(0).shape.length + given.length;
      const axes = given.map((axis) => axisOf(n, axis, rank)).sort((a, b) => a - b);
      if (new Set(axes).size < axes.length) n.refuse('it names an axis twice');
      return [unsqueeze(n.builder, n.input(0), axes, named(n))];
    },
  },
});
