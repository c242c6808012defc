import type { Launching } from '../../ir/op.ts';
import { stridesOf } from '../../tensor/shape.ts';
import { bitsOf, elementwise, perAxis } from '../internal/launch.ts';
import type { PadAttributes } from './pad.ts';

export const pad: Launching<PadAttributes> = ({ attributes, inputs: [from], outputs: [to] }) => {
  const [x, y] = [from!, to!];
  const { low, high, interior, mode, value } = attributes;
  const strides = stridesOf(x.shape);
  // Neighbouring axes without a border are one axis to the shader, which divides once per axis.
  const axes: { size: number; padded: number; low: number; step: number; stride: number; plain: boolean }[] = [];
  for (const [axis, size] of x.shape.entries()) {
    const plain = low[axis] === 0 && high[axis] === 0 && interior[axis] === 0;
    const last = axes.at(-1);
    if (plain && last?.plain)
      Object.assign(last, { size: last.size * size, padded: last.padded * size, stride: strides[axis]! });
    else
      axes.push({
        size,
        padded: y.shape[axis]!,
        low: low[axis]!,
        step: interior[axis]! + 1,
        stride: strides[axis]!,
        plain,
      });
  }
  return elementwise(
    'shape/pad',
    y,
    { x: x.name, y: y.name },
    {
      value: bitsOf(value),
      padded: perAxis(
        axes.map((a) => a.padded),
        1,
      ),
      sizes: perAxis(
        axes.map((a) => a.size),
        1,
      ),
      strides: perAxis(axes.map((a) => a.stride)),
      low: perAxis(axes.map((a) => a.low)),
      steps: perAxis(
        axes.map((a) => a.step),
        1,
      ),
    },
    { MODE: ['constant', 'reflect', 'edge', 'wrap'].indexOf(mode), AXES: axes.length },
  );
};
