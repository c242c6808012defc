import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import { float32, tensor, type Tensor } from '../../tensor/tensor.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { emit } from '../internal/onnx.ts';

/** ONNX operators that leave no node behind: their result is a constant, as shapes are, or the input itself. */
export const constants: Readonly<Record<string, OnnxImporter>> = {
  Constant: (n) => [constant(n, valueOf(n))],
  ConstantOfShape: (n) => {
    const shape = n.whole(0) ?? n.refuse('it has no shape');
    const value = n.tensor('value') ?? float32([1], [0]);
    if (value.data.length !== 1) n.refuse(`its value has ${String(value.data.length)} elements`);
    const scalar = n.builder.constant(`${n.name}/value`, { ...value, shape: [] });
    return [emit(n, 'expand', [scalar], { shape })];
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
  Identity: (n) => [n.input(0)],
  Dropout: (n) => {
    if (n.constant(2)?.[0]) n.refuse('training mode');
    const { shape } = n.value(0);
    if (!n.wants(1)) return [n.input(0)];
    const mask = (): Uint8Array => new Uint8Array(sizeOf(shape)).fill(1);
    return [n.input(0), n.builder.computed(n.outputs[1]!, `Dropout "${n.name}"`, 'bool', shape, mask)];
  },
};

function constant(n: OnnxNode, value: Tensor): string {
  return n.builder.constant(n.outputs[0]!, value);
}

function valueOf(n: OnnxNode): Tensor {
  const value = n.tensor('value');
  if (value) return value;
  if (n.has('value_float')) return float32([], [n.float('value_float', 0)]);
  if (n.has('value_int')) return tensor('int64', [], [n.int('value_int', 0)]);
  const ints = n.ints('value_ints');
  if (ints) return tensor('int64', [ints.length], ints);
  const floats = n.floats('value_floats');
  if (floats) return float32([floats.length], floats);
  return n.refuse('its value is neither numbers nor a dense tensor');
}
