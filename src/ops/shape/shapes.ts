import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { float32, tensor, type Tensor } from '../../tensor/tensor.ts';

/** What begins the subgraphs that compute shapes: ONNX operators whose result is a constant. */
export const shapes: Readonly<Record<string, OnnxImporter>> = {
  ConstantOfShape: (n) => {
    const shape = n.whole(0) ?? n.refuse('it has no shape');
    const value = n.tensor('value') ?? float32([1], [0]);
    if (value.data.length !== 1) n.refuse(`its value has ${String(value.data.length)} elements`);
    return [n.builder.filled(n.outputs[0]!, `ConstantOfShape "${n.name}"`, shape, value)];
  },
  Range: (n) => {
    const [start, limit, delta] = [0, 1, 2].map((i) => n.constant(i)?.[0] ?? n.refuse('it lacks a bound')) as [
      number,
      number,
      number,
    ];
    const length = Math.max(Math.ceil((limit - start) / delta), 0);
    const count = (): Float64Array => new Float64Array(length).map((_, i) => start + i * delta);
    return [n.builder.computed(n.outputs[0]!, `Range "${n.name}"`, n.value(0).dtype, [length], count)];
  },
  Shape: (n) => {
    const { shape } = n.value(0);
    const part = shape.slice(n.int('start', 0), n.int('end', shape.length));
    return [constant(n, tensor('int64', [part.length], part))];
  },
  Size: (n) => [constant(n, tensor('int64', [], [sizeOf(n.value(0).shape)]))],
};

function constant(n: OnnxNode, value: Tensor): string {
  return n.builder.constant(n.outputs[0]!, value);
}
