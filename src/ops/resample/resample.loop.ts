import { sizeOf } from '../../tensor/shape.ts';
import { BYTES, inParts } from '../internal/loops.ts';
import type { Loop } from '../loop.ts';
import { sizesOf, type ResampleAttributes } from './resample.ts';

/** With fewer elements behind the axis calls of a kernel cost more than they save. */
const FEW = 8;

/** Rows that are added to each other where there are some behind the axis, else sums of neighbours. */
export const resample: Loop<ResampleAttributes> = (context, machine) => {
  const { inputs, outputs } = context;
  const { inner, along_x: size, along_y: count, taps } = sizesOf(context);
  const elements = sizeOf(outputs[0]!.shape);
  const outer = elements / (inner * count) || 0;
  const { memory, kernels } = machine;
  const inputSize = sizeOf(inputs[0]!.shape);
  return inParts(
    outer * count,
    elements * (taps + 1),
    ({ inputs: [xAt, firstAt, weightsAt], outputs: [yAt] }) =>
      (from, to) => {
        const first = memory.unsigned(firstAt!, count);
        const y = memory.floats(yAt!, elements);
        if (kernels && inner >= FEW) {
          y.fill(0, from * inner, to * inner);
          for (let row = from; row < to; row++) {
            const place = row % count;
            const x = xAt! + BYTES * inner * (((row - place) / count) * size + first[place]!);
            const weights = weightsAt! + BYTES * place * taps;
            kernels.run.addRows(taps, inner, weights, BYTES, x, BYTES * inner, yAt! + BYTES * row * inner);
          }
          return;
        }
        const [x, weights] = [memory.floats(xAt!, inputSize), memory.floats(weightsAt!, count * taps)];
        for (let row = from; row < to; row++) {
          const place = row % count;
          const start = (((row - place) / count) * size + first[place]!) * inner;
          for (let i = 0; i < inner; i++) {
            let sum = 0;
            for (let t = 0; t < taps; t++) sum += weights[place * taps + t]! * x[start + t * inner + i]!;
            y[row * inner + i] = sum;
          }
        }
      },
  );
};
