import type { Launching } from '../../ir/op.ts';
import { tile } from '../internal/tile.ts';
import { windowParams } from '../internal/window.launches.ts';
import type { WeightGradAttributes } from './conv2d-weight-grad.ts';
import { convGeometry } from './geometry.ts';
import { inGroups } from './weight-grad-groups.ts';

/** Invocations of a workgroup. */
const GROUP = 64;

export const conv2dWeightGrad: Launching<WeightGradAttributes> = (
  { node, attributes, inputs: [x, dy], outputs: [dw] },
  capabilities,
) => {
  const geometry = convGeometry(node, x!.shape, attributes.weightShape, attributes);
  const { n, group, c, k, windows } = geometry;
  const shared = inGroups(geometry, capabilities, attributes.variant);
  const [tileC, tileK] = [tile(c, 4), shared ?? tile(k, 8)];
  const taps = windows.h.kernel * windows.w.kernel;
  const size = group * Math.ceil(k / tileK) * Math.ceil(c / tileC) * taps;
  return [
    {
      shader: shared ? 'conv/conv2d-weight-grad-group' : 'conv/conv2d-weight-grad',
      constants: { TILE_C: tileC, TILE_K: tileK },
      params: { ...windowParams(windows), n, group, c, k, size },
      bindings: { x: x!.name, dy: dy!.name, dw: dw!.name },
      threads: [shared ? GROUP * size : size, 1, 1],
    },
  ];
};
