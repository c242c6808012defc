import { sizeOf } from '../../tensor/shape.ts';
import { overTensors } from '../internal/loops.ts';
import type { Loop } from '../loop.ts';

/** Each row in two runs. */
export const roll: Loop<object> = (context, machine) => {
  const { shape } = context.inputs[0]!;
  const [n, c, h, w] = shape as [number, number, number, number];
  const wrapped = (at: number, size: number): number => ((at % size) + size) % size;
  return overTensors(
    context,
    machine,
    [n * c, sizeOf(shape)],
    ({ inputs: [x, down, right], outputs: [y] }, from, to) => {
      const [shift, split] = [down![0]!, wrapped(right![0]!, w)];
      for (let line = from * h; line < to * h; line++) {
        const start = (Math.floor(line / h) * h + wrapped((line % h) - shift, h)) * w;
        y!.set(x!.subarray(start, start + w - split), line * w + split);
        y!.set(x!.subarray(start + w - split, start + w), line * w);
      }
    },
  );
};
