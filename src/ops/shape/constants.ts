import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { float32, tensor, type Tensor } from '../../tensor/tensor.ts';

/** ONNX operators that leave no node behind: their result is a constant, or the input itself. */
export const constants: Readonly<Record<string, OnnxImporter>> = {
  Constant: (n) => [n.builder.constant(n.outputs[0]!, valueOf(n))],
  Identity: (n) => [n.input(0)],
  Dropout: (n) => {
    if (n.constant(2)?.[0]) n.refuse('training mode');
    const { shape } = n.value(0);
    if (!n.wants(1)) return [n.input(0)];
    const mask = (): Uint8Array => new Uint8Array(sizeOf(shape)).fill(1);
    return [n.input(0), n.builder.computed(n.outputs[1]!, `Dropout "${n.name}"`, 'bool', shape, mask)];
  },
};

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
