import { ALL, along, anywhere } from '../../ir/dependence.ts';
import { defineOp, type Op } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { expectAxis, expectRank } from '../internal/check.ts';
import { expectImage } from '../internal/window.ts';

/**
 * (x [n, c, h, w], down [1], right [1]) → x moved by whole pixels; what leaves at one side comes back at the other.
 */
export const roll: Op = defineOp({
  type: 'roll',
  dependence: ({ inputs: [, down, right] }) => [[along(0), along(1), ALL, ALL], anywhere(down!), anywhere(right!)],
  infer: ({ node, inputs: [x, down, right] }) => {
    expectImage(node, 'x', x!);
    for (const offset of [down!, right!]) {
      expectRank(node, 'an offset', offset, 1);
      expectAxis(node, 'an offset', offset, 0, 1);
    }
    return [{ dtype: 'float32', shape: x!.shape }];
  },
  // Moved back
  backward: ({ builder, node, dy: [dy] }) => [
    builder.add('roll', [
      dy!,
      ...node.inputs.slice(1).map((offset) => builder.add('mul', [offset, builder.scalar(-1)])),
    ]),
  ],
  flops: ({ outputs: [y] }) => sizeOf(y!.shape),
});
