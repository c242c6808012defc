import type { OnnxImporter } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { float32, tensor } from '../../tensor/tensor.ts';
import { constant } from './constants.ts';

/** ONNX operators on shapes: these are known, so the result is a constant. */
export const shapes: Readonly<Record<string, OnnxImporter>> = {
  ConstantOfShape: (n) => {
    const shape = n.constant(0) ?? n.refuse('it has no shape');
    const { dtype, data } = n.tensor('value') ?? float32([1], [0]);
    return [constant(n, tensor(dtype, shape, new Float64Array(sizeOf(shape)).fill(data[0]!)))];
  },
  Range: (n) => {
    const [start, limit, delta] = [0, 1, 2].map((i) => n.constant(i)?.[0] ?? n.refuse('it lacks a bound')) as [
      number,
      number,
      number,
    ];
    const length = Math.max(Math.ceil((limit - start) / delta), 0);
    return [
      constant(
        n,
        tensor(
          n.value(0).dtype,
          [length],
          Float64Array.from({ length }, (_, i) => start + i * delta),
        ),
      ),
    ];
  },
  Shape: (n) => {
    const { shape } = n.value(0);
    const part = shape.slice(n.int('start', 0), n.int('end', shape.length));
    return [constant(n, tensor('int64', [part.length], part))];
  },
  Size: (n) => [constant(n, tensor('int64', [], [sizeOf(n.value(0).shape)]))],
};
