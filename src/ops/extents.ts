import { defineOp, type Op } from '../ir/op.ts';
import { formatShape, sizeOf } from '../tensor/shape.ts';
import { shapeError } from './internal/check.ts';

interface ExtentsAttributes {
  /** What a row of the result is for. */
  readonly each: 'channel' | 'tensor';
}

const GROUP = 64;

/**
 * x [1, c, …] → [c, 3], or any x → [1, 3]: the smallest and the largest finite number, and the place of the first largest in
 * its channel or tensor. NaN, NaN, 0 where no number is finite.
 */
export const extents: Op = defineOp<ExtentsAttributes>({
  type: 'extents',
  infer: ({ node, attributes: { each }, inputs: [x] }) => {
    const { shape } = x!;
    if (each === 'tensor') return [{ dtype: 'float32', shape: [1, 3] }];
    if (shape.length < 2 || shape[0] !== 1) {
      throw shapeError(node, 'there are no channels of one image', '1×channels×…', formatShape(shape));
    }
    return [{ dtype: 'float32', shape: [shape[1]!, 3] }];
  },
  evaluate: ({ outputs: [y] }, [x]) => {
    const rows = y!.shape[0]!;
    const length = x!.length / rows;
    const result = new Float64Array(3 * rows);
    for (let row = 0; row < rows; row++) {
      const numbers = x!.subarray(row * length, (row + 1) * length);
      const finite = numbers.filter(Number.isFinite);
      const high = finite.reduce((a, b) => Math.max(a, b), -Infinity);
      const low = finite.reduce((a, b) => Math.min(a, b), Infinity);
      result.set(finite.length > 0 ? [low, high, numbers.indexOf(high)] : [NaN, NaN, 0], 3 * row);
    }
    return [result];
  },
  launches: ({ inputs: [x], outputs: [y] }) => {
    const rows = y!.shape[0]!;
    return [
      {
        shader: 'paint/extents',
        params: { rows, length: sizeOf(x!.shape) / rows },
        bindings: { x: x!.name, y: y!.name },
        threads: [rows * GROUP, 1, 1],
      },
    ];
  },
  flops: ({ inputs: [x] }) => 2 * sizeOf(x!.shape),
});
