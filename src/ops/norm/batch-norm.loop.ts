import { sizeOf } from '../../tensor/shape.ts';
import { overTensors } from '../internal/loops.ts';
import type { Loop } from '../loop.ts';
import type { BatchNormAttributes } from './batch-norm.ts';

export const batchNorm: Loop<BatchNormAttributes> = (context, machine) => {
  const { attributes, inputs } = context;
  const [n, c, ...rest] = inputs[0]!.shape as [number, number, ...number[]];
  const inner = sizeOf(rest);
  const planes = n * c;
  return overTensors(context, machine, [planes, 2 * planes * inner], ({ inputs: numbers, outputs: [y] }, from, to) => {
    const [x, scale, bias, mean, variance] = numbers;
    for (let plane = from; plane < to; plane++) {
      const channel = plane % c;
      const factor = scale![channel]! / Math.sqrt(variance![channel]! + attributes.epsilon);
      const [middle, offset] = [mean![channel]!, bias![channel]!];
      const end = (plane + 1) * inner;
      for (let i = plane * inner; i < end; i++) y![i] = (x![i]! - middle) * factor + offset;
    }
  });
};
