import type { Launching } from '../../ir/op.ts';
import { elementwise } from '../internal/launch.ts';
import type { AugmentAttributes } from './augment.ts';

export const augment: Launching<AugmentAttributes> = ({ attributes, inputs: [x, step], outputs: [y] }) => {
  const { flip, shift, crop, contrast, brightness, cutOut, seed } = attributes;
  const [, c, h, w] = x!.shape as [number, number, number, number];
  return elementwise(
    'training/augment',
    y!,
    { x: x!.name, step: step!.name, y: y!.name },
    { c, h, w, flip: Number(flip), shift, crop, contrast, brightness, cut_out: cutOut, seed: seed >>> 0 },
  );
};
