import { weightGradient } from '../../cpu/weight-gradient.ts';
import type { Loop } from '../loop.ts';
import type { WeightGradAttributes } from './conv2d-weight-grad.ts';
import { convGeometry } from './geometry.ts';

export const conv2dWeightGrad: Loop<WeightGradAttributes> = ({ node, attributes, inputs: [x] }, machine) => {
  const { scratch, bind } = weightGradient(machine, convGeometry(node, x!.shape, attributes.weightShape, attributes));
  return {
    scratch,
    bind: ({ inputs, outputs: [y], scratch }) => bind({ x: inputs[0]!, signals: inputs[1]!, y: y!, scratch }),
  };
};
