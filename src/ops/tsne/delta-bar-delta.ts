import { anywhere, samePlace } from '../../ir/dependence.ts';
import { defineOp, type Op } from '../../ir/op.ts';
import { formatShape, sameShape, sizeOf } from '../../tensor/shape.ts';
import { expectAxis, shapeError } from '../internal/check.ts';

/**
 * One step of descent with momentum and a gain for each number (Jacobs 1988; the constants are those of van der Maaten's
 * t-SNE): x, velocity, gains and dx of one shape, and rates [2] (momentum, learning rate) → the next x, velocity and gains.
 */
export const deltaBarDelta: Op = defineOp({
  type: 'delta-bar-delta',
  dependence: ({ inputs, outputs: [y] }) => inputs.map((x, i) => (i < 4 ? samePlace(x!, y!) : anywhere(x!))),
  extraOutputs: 2,
  infer: ({ node, inputs: [x, velocity, gains, dx, rates] }) => {
    const { shape } = x!;
    for (const other of [velocity!, gains!, dx!]) {
      if (sameShape(shape, other.shape)) continue;
      throw shapeError(node, 'all must have the shape of x', formatShape(shape), formatShape(other.shape));
    }
    expectAxis(node, 'rates', rates!, 0, 2);
    return [x!, x!, x!].map(() => ({ dtype: 'float32', shape }));
  },
  flops: ({ inputs: [x] }) => 8 * sizeOf(x!.shape),
});
