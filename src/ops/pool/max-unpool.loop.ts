import { sizeOf } from '../../tensor/shape.ts';
import { overTensors } from '../internal/loops.ts';
import type { Loop } from '../loop.ts';
import type { MaxUnpoolAttributes } from './max-unpool.ts';

/** Plane by plane: what is set to zero is in the cache when signals are put into it. */
export const maxUnpool: Loop<MaxUnpoolAttributes> = (context, machine) => {
  const { attributes, inputs, outputs } = context;
  const [n, c, h, w] = outputs[0]!.shape as [number, number, number, number];
  const signals = sizeOf(inputs[0]!.shape) / (n * c);
  const adds = attributes.overlap === 'accumulate';
  const operations = n * c * (signals * 2 + (h * w) / 4);
  return overTensors(context, machine, [n * c, operations], ({ inputs: [dy, switches], outputs: [dx] }, from, to) => {
    for (let plane = from; plane < to; plane++) {
      dx!.fill(0, plane * h * w, (plane + 1) * h * w);
      const end = (plane + 1) * signals;
      for (let i = plane * signals; i < end; i++) {
        const place = switches![i]!;
        if (place < dx!.length) dx![place] = adds ? dx![place]! + dy![i]! : dy![i]!;
      }
    }
  });
};
