import { defineOp, type OnnxNode, type Op } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import {
  expectImage,
  liftedTo2d,
  poolAttributes,
  poolDependence,
  poolWindows,
  withoutPadding,
  type PoolAttributes,
} from '../internal/window.ts';

export interface MaxPoolAttributes extends PoolAttributes {
  /** One window covers the whole image, whatever its size. */
  readonly global: boolean;
}

/** Maximum of a window that lies in the padding: the least float32. */
export const LOWEST = -3.4028234663852886e38;

/**
 * Maxima under windows: x [n, c, h, w] → y [n, c, p, q] and, where something asks, the switches: the index in the whole of
 * x of each maximum, the first of equal ones in scan order (ONNX MaxPool, `Indices`).
 */
export const maxPool: Op = defineOp<MaxPoolAttributes>({
  type: 'max-pool',
  dependence: ({ node, attributes, inputs: [x] }) => [
    poolDependence(poolWindows(node, x!.shape, concrete(attributes, x!.shape))),
  ],
  onWindow: ({ attributes }) =>
    attributes.global ? undefined : { attributes: { ...withoutPadding(attributes), ceilMode: false }, fill: LOWEST },
  extraOutputs: 1,
  infer: ({ node, attributes, inputs: [x] }) => {
    expectImage(node, 'x', x!);
    const { h, w } = poolWindows(node, x!.shape, concrete(attributes, x!.shape));
    const shape = [x!.shape[0]!, x!.shape[1]!, h.count, w.count];
    return [
      { dtype: 'float32', shape },
      { dtype: 'uint32', shape },
    ];
  },
  backward: ({ builder, attributes, inputs: [x], rules, output, dy: [dy] }) => {
    if (dy === undefined) return [];
    const unpool = { ...concrete(attributes, x!.shape), outputShape: x!.shape, overlap: rules.overlap };
    return [builder.add('max-unpool', [dy, output(1)], unpool)];
  },
  flops: ({ node, attributes, inputs: [x], outputs: [y] }) => {
    const { h, w } = poolWindows(node, x!.shape, concrete(attributes, x!.shape));
    return sizeOf(y!.shape) * h.kernel * w.kernel;
  },
  onnx: { MaxPool: importMaxPool },
});

/** With the kernel that covers the whole image written out. */
export function concrete(attributes: MaxPoolAttributes, [, , h, w]: readonly number[]): MaxPoolAttributes {
  return attributes.global ? { ...attributes, kernel: [h!, w!] } : attributes;
}

function importMaxPool(n: OnnxNode): readonly string[] {
  const attributes = { ...poolAttributes(n), global: false };
  const indices = n.wants(1);
  if (indices && n.int('storage_order', 0) === 1) n.refuse('indices in column-major order');
  if (n.value(0).shape.length === 4) {
    const outputs = indices ? n.outputs.slice(0, 2) : [n.outputs[0]!];
    return n.builder.addAll('max-pool', [n.input(0)], attributes, { name: n.name, outputs });
  }
  if (indices) n.refuse('indices with one spatial axis');
  return liftedTo2d(n, [0], ([x]) => n.builder.add('max-pool', [x!], attributes, { name: n.name }));
}
