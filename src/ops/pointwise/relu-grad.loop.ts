import { sizeOf } from '../../tensor/shape.ts';
import { masking, needsMask } from '../internal/epilogue.ts';
import { BYTES, inParts, overTensors } from '../internal/loops.ts';
import type { Loop } from '../loop.ts';
import type { ReluGradAttributes } from './relu-grad.ts';

export const reluGrad: Loop<ReluGradAttributes> = (context, machine) => {
  const { attributes, inputs } = context;
  const size = sizeOf(inputs[1]!.shape);
  const [floor] = masking(attributes, '').clip;
  // As the masks are float32, so are the bounds that they are compared with.
  const [low, high] = [Math.fround(attributes.low), Math.fround(attributes.high)];
  const masked = needsMask(attributes);
  const { kernels } = machine;
  if (kernels) {
    return inParts(size, size, ({ inputs: [mask, dy], outputs: [dx] }) => (from, to) => {
      const [signal, result] = [dy! + BYTES * from, dx! + BYTES * from];
      if (masked) kernels.run.reluGrad(mask! + BYTES * from, signal, result, to - from, low, high, floor);
      else kernels.run.ofOne(0, signal, result, to - from, floor, Infinity);
    });
  }
  return overTensors(context, machine, [size, size], ({ inputs: [mask, dy], outputs: [dx] }, from, to) => {
    for (let i = from; i < to; i++) {
      const active = !masked || (mask![i]! > low && mask![i]! < high);
      dx![i] = active ? Math.max(dy![i]!, floor) : 0;
    }
  });
};
