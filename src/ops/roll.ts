import { ALL, along, anywhere } from '../ir/dependence.ts';
import { defineOp, type Op } from '../ir/op.ts';
import { sizeOf } from '../tensor/shape.ts';
import { expectAxis, expectRank } from './internal/check.ts';
import { elementwise } from './internal/launch.ts';
import { expectImage } from './internal/window.ts';

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
  evaluate: ({ inputs: [x] }, [xv, down, right]) => {
    const [h, w] = x!.shape.slice(2) as [number, number];
    const wrapped = (at: number, size: number): number => ((at % size) + size) % size;
    return [
      xv!.map((_, i) => {
        const line = Math.floor(i / w);
        const plane = Math.floor(line / h);
        const row = wrapped((line % h) - down![0]!, h);
        return xv![(plane * h + row) * w + wrapped((i % w) - right![0]!, w)]!;
      }),
    ];
  },
  launches: ({ inputs: [x, down, right], outputs: [y] }) =>
    elementwise(
      'extra/roll',
      y!,
      { x: x!.name, down: down!.name, right: right!.name, y: y!.name },
      { h: x!.shape[2]!, w: x!.shape[3]! },
    ),
  // Moved back
  backward: ({ builder, node, dy: [dy] }) => [
    builder.add('roll', [dy!, ...node.inputs.slice(1).map((offset) => builder.add('neg', [offset]))]),
  ],
  flops: ({ outputs: [y] }) => sizeOf(y!.shape),
});
