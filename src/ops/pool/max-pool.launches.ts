import type { Launching } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { elementwise } from '../internal/launch.ts';
import { evenTile } from '../internal/tile.ts';
import { LARGEST_UNROLLED, windowParams } from '../internal/window.launches.ts';
import { poolWindows } from '../internal/window.ts';
import { concrete, type MaxPoolAttributes } from './max-pool.ts';

/** Windows of a row that share what they load. */
const LARGEST_TILE = 7;

export const maxPool: Launching<MaxPoolAttributes> = ({ node, attributes, inputs: [x], outputs: [y, switches] }) => {
  const windows = poolWindows(node, x!.shape, concrete(attributes, x!.shape));
  const suffix = switches ? '-switches' : '';
  const bindings = { x: x!.name, y: y!.name, ...(switches && { switches: switches.name }) };
  const { kernel, ...params } = windowParams(windows);
  if (sizeOf(kernel) > LARGEST_UNROLLED)
    return elementwise(`pool/max-pool-large${suffix}`, y!, bindings, { kernel, ...params });
  const { kernel: kernelW, stride, dilation, count } = windows.w;
  const tileQ = dilation === 1 && stride <= kernelW ? evenTile(count, LARGEST_TILE) : 1;
  const tiles = { shape: [...y!.shape.slice(0, 3), Math.ceil(count / tileQ)] };
  return elementwise(`pool/max-pool${suffix}`, tiles, bindings, params, {
    KERNEL_H: windows.h.kernel,
    KERNEL_W: kernelW,
    STRIDE_W: stride,
    TILE_Q: tileQ,
    PATCH_W: (tileQ - 1) * stride + kernelW,
  });
};
