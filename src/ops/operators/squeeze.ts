import type { OnnxImporter } from '../../ir/op.ts';
import { formatShape } from '../../tensor/shape.ts';
import { attributeOrInput, axisOf, named } from '../internal/onnx.ts';
import { squeeze, unsqueeze } from '../internal/view.ts';

/** Axes of size 1 that go or come. */
export const squeezes: Readonly<Record<string, OnnxImporter>> = {
  Squeeze: (n) => {
    const { shape } = n.value(0);
    const given = attributeOrInput(n, 'axes', 1, 13)?.map((axis) => axisOf(n, axis, shape.length));
    const axes = given ?? [...shape.keys()].filter((axis) => shape[axis] === 1);
    if (axes.some((axis) => shape[axis] !== 1)) n.refuse(`it drops an axis whose size is not 1: ${formatShape(shape)}`);
    return [squeeze(n.builder, n.input(0), axes, named(n))];
  },
  Unsqueeze: (n) => {
    const given = attributeOrInput(n, 'axes', 1, 13) ?? n.refuse('it has no axes');
    const rank = n.value(0).shape.length + given.length;
    const axes = given.map((axis) => axisOf(n, axis, rank)).sort((a, b) => a - b);
    if (new Set(axes).size < axes.length) n.refuse('it names an axis twice');
    return [unsqueeze(n.builder, n.input(0), axes, named(n))];
  },
};
