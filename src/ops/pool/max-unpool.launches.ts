import type { Launching } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { elementwise } from '../internal/launch.ts';
import { cover, LARGEST_UNROLLED, windowParams } from '../internal/window.launches.ts';
import { poolWindows } from '../internal/window.ts';
import type { MaxUnpoolAttributes } from './max-unpool.ts';

/** Elements of a row that share what they load, about; those of as many rows as the stride do. */
const LARGEST_TILE = 8;

export const maxUnpool: Launching<MaxUnpoolAttributes> = ({
  node,
  attributes,
  inputs: [dy, switches],
  outputs: [dx],
}) => {
  const windows = poolWindows(node, dx!.shape, attributes);
  const { image, windows: counts, stride, pad } = windowParams(windows);
  const bindings = { dy: dy!.name, switches: switches!.name, dx: dx!.name };
  const params = { image, windows: counts, stride, pad };
  const OVERWRITE = Number(attributes.overlap === 'overwrite');
  const covers = cover(windows);
  const span = Math.min(covers[1], windows.w.count, LARGEST_UNROLLED);
  if (sizeOf(covers) > LARGEST_UNROLLED || Math.max(...stride) > LARGEST_TILE)
    return elementwise('pool/max-unpool-large', dx!, bindings, { ...params, cover: covers }, { OVERWRITE, SPAN: span });
  const { h, w } = windows;
  const tileW = Math.ceil(LARGEST_TILE / w.stride) * w.stride;
  const ahead = [h.before % h.stride, w.before % w.stride];
  const tiles = [Math.ceil((h.size + ahead[0]!) / h.stride), Math.ceil((w.size + ahead[1]!) / tileW)];
  return elementwise(
    'pool/max-unpool',
    { shape: [...dx!.shape.slice(0, 2), ...tiles] },
    bindings,
    { ...params, ahead, tiles },
    {
      COVER_H: covers[0],
      COVER_W: covers[1],
      STRIDE_W: w.stride,
      TILE_H: h.stride,
      TILE_W: tileW,
      PATCH_W: covers[1] + Math.floor((tileW - 1) / w.stride),
      OVERWRITE,
    },
  );
};
