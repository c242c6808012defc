import type { Launching } from '../../ir/op.ts';
import { tile } from '../internal/tile.ts';
import { windowParams } from '../internal/window.launches.ts';
import type { WeightGradAttributes } from './conv2d-weight-grad.ts';
import { convGeometry } from './geometry.ts';

export const conv2dWeightGrad: Launching<WeightGradAttributes> = ({
  node,
  attributes,
  inputs: [x, dy],
  outputs: [dw],
}) => {
  const { n, group, c, k, windows } = convGeometry(node, x!.shape, attributes.weightShape, attributes);
  const [tileC, tileK] = [tile(c, 4), tile(k, 8)];
  const taps = windows.h.kernel * windows.w.kernel;
  const size = group * Math.ceil(k / tileK) * Math.ceil(c / tileC) * taps;
  return [
    {
      shader: 'conv/conv2d-weight-grad',
      constants: { TILE_C: tileC, TILE_K: tileK },
      params: { ...windowParams(windows), n, group, c, k, size },
      bindings: { x: x!.name, dy: dy!.name, dw: dw!.name },
      threads: [size, 1, 1],
    },
  ];
};
