import { ALL, along } from '../../ir/dependence.ts';
import { defineOp, type OnnxNode, type Op } from '../../ir/op.ts';
import { formatShape, normalizeAxis, sizeOf, type Shape } from '../../tensor/shape.ts';
import { shapeError } from '../internal/check.ts';
import { axisOf, emit, named } from '../internal/onnx.ts';
import { reshapeTo } from '../internal/view.ts';

export interface SoftmaxAttributes {
  /** Counted from the front. */
  readonly axis: number;
  /** The logarithm of the softmax. */
  readonly log: boolean;
}

/** y = e^(x − m) / Σ e^(x − m) along an axis, m its maximum; or the logarithm of it. */
export const softmax: Op = defineOp<SoftmaxAttributes>({
  type: 'softmax',
  dependence: ({ attributes: { axis }, inputs: [x] }) => [x!.shape.map((_, i) => (i === axis ? ALL : along(i)))],
  onWindow: ({ attributes }) => (attributes.axis === 1 ? { attributes } : undefined),
  squash: ({ inputs: [scores], attributes }) => ({
    kind: 'softmax',
    scores: scores!,
    axis: attributes['axis'] as number,
  }),
  infer: ({ node, attributes: { axis }, inputs: [x] }) => {
    const { shape, dtype } = x!;
    if (normalizeAxis(axis, shape.length) !== axis) {
      throw shapeError(
        node,
        'there is no such axis',
        `less than ${String(shape.length)}`,
        `${String(axis)} in ${formatShape(shape)}`,
      );
    }
    return [{ dtype, shape }];
  },
  // softmax: dx = y·(dy − Σ dy·y); its logarithm: dx = dy − e^y·Σ dy
  backward: ({ builder, attributes: { axis, log }, output, dy: [dy] }) => {
    const y = output(0);
    const sum = (of: string): string => builder.add('reduce', [of], { mode: 'sum', axes: [axis], keepdims: true });
    if (log) return [builder.add('sub', [dy!, builder.add('mul', [builder.add('exp', [y]), sum(dy!)])])];
    return [builder.add('mul', [y, builder.add('sub', [dy!, sum(builder.add('mul', [dy!, y]))])])];
  },
  // subtract, exponential, add, divide
  flops: ({ outputs: [y] }) => 4 * sizeOf(y!.shape),
  onnx: { Softmax: (n) => importSoftmax(n, false), LogSoftmax: (n) => importSoftmax(n, true) },
});

/** Rows along the axis: how many, how many classes each, and how far apart these are. */
export function rowsOf(shape: Shape, axis: number): { rows: number; length: number; stride: number } {
  const length = shape[axis]!;
  return { rows: sizeOf(shape) / length, length, stride: sizeOf(shape.slice(axis + 1)) };
}

/** Before opset 13 all axes from `axis` on were one. */
function importSoftmax(n: OnnxNode, log: boolean): readonly string[] {
  const { shape } = n.value(0);
  const old = n.opset < 13;
  const axis = axisOf(n, n.int('axis', old ? 1 : -1), shape.length);
  if (!old || shape.slice(axis + 1).every((size) => size === 1))
    return [emit(n, 'softmax', [n.input(0)], { axis, log })];
  const flat = reshapeTo(n.builder, n.input(0), [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis))]);
  const y = n.builder.add('softmax', [flat], { axis: 1, log }, { name: n.name });
  return [reshapeTo(n.builder, y, shape, named(n))];
}
