import type { Graph } from '../ir/graph.ts';
import { sizeOf } from '../tensor/shape.ts';
import { float32, type Tensor } from '../tensor/tensor.ts';

/** Numbers of both signs for each input of a graph, to time it with; zeros and denormal numbers may be faster. */
export function anyInputs({ inputs, values }: Graph): Record<string, Tensor> {
  return Object.fromEntries(
    inputs.map((name) => {
      const { shape } = values.get(name)!;
      const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7919) % 2003) / 1001 - 1);
      return [name, float32(shape, data)];
    }),
  );
}
