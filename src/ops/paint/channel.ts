import { defineOp, type Op } from '../../ir/op.ts';
import { formatShape } from '../../tensor/shape.ts';
import { shapeError } from '../internal/check.ts';

/** (x [1, c, …], which uint32 [1]) → channel number `which` of x [1, 1, …], so that another one needs no other graph. */
export const channel: Op = defineOp({
  type: 'channel',
  infer: ({ node, inputs: [x] }) => {
    const { shape, dtype } = x!;
    if (shape.length < 2 || shape[0] !== 1) {
      throw shapeError(node, 'there are no channels of one image', '1×channels×…', formatShape(shape));
    }
    return [{ dtype, shape: [1, 1, ...shape.slice(2)] }];
  },
});
