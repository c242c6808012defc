import type { Capabilities } from '../../ir/op.ts';
import { tile } from '../internal/tile.ts';
import type { ConvGeometry } from './geometry.ts';

/** Tiles that keep a GPU busy where each has one invocation, and where it has a workgroup. */
const [ENOUGH, ENOUGH_GROUPS] = [2 ** 14, 256];
/** Fewest pixels for which a workgroup is worth it. */
const PIXELS = 16;

/**
 * Filters of a tile where a whole workgroup makes a tile of a weight gradient, since there are few; undefined where one invocation
 * does. On software barriers cost ten times as much: there only the variant `group` is made so. The script for a tag, which does not
 * train, has neither this nor its kernel.
 */
export function inGroups(
  { n, group, c, k, windows: { h, w } }: ConvGeometry,
  { adapter }: Capabilities,
  variant: string | undefined,
): number | undefined {
  const tiles = (tileK: number): number =>
    group * Math.ceil(k / tileK) * Math.ceil(c / tile(c, 4)) * h.kernel * w.kernel;
  let tileK = tile(k, 8);
  if (tiles(tileK) >= ENOUGH || n * h.count * w.count < PIXELS) return undefined;
  if (variant === undefined ? adapter === 'software' : variant !== 'group') return undefined;
  // Smaller tiles read more, and there are more of them.
  while (tiles(tileK) < ENOUGH_GROUPS && tileK > 2) tileK /= 2;
  return tileK;
}
