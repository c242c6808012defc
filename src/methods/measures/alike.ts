import { ShapeError } from '../../errors.ts';
import { formatShape } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { upsample } from '../../paint/upsample.ts';
import { reduceChannels } from '../attribution/saliency.ts';
import { checkFinite } from './measure.ts';
import { spearman, ssim } from './similarity.ts';

/** How alike two maps are, 1 where they are the same. NaN where one of them is the same everywhere, as when nothing flows back. */
export interface Likeness {
  /** Of their ranks, at the maps' own size. */
  readonly spearman: number;
  /** Structural similarity, at the size of the input. */
  readonly ssim: number;
}

/** A number for each place of a map [h, w], or [c, h, w], of which the largest magnitude of each pixel counts. */
export function perPlace(map: Tensor): Tensor {
  checkFinite(map);
  if (map.shape.length === 2) return map;
  if (map.shape.length === 3) return reduceChannels(map, 'max');
  throw new ShapeError('the map has other axes than places', {
    expected: 'height×width, or channels×height×width',
    got: formatShape(map.shape),
  });
}

/** Compares maps of {@link perPlace}; `size` is that of the input. */
export function likeness(a: Tensor, b: Tensor, size: readonly [height: number, width: number]): Likeness {
  const [left, right] = [a, b].map((map) => {
    const full = upsample(map.data, map.shape as [number, number], size);
    const most = full.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    return most === 0 ? undefined : full.map((value) => value / most);
  });
  if (!left || !right) return { spearman: NaN, ssim: NaN };
  return { spearman: spearman(a.data, b.data), ssim: ssim(left, right, ...size) };
}

/** Mean of those that are numbers; NaN of none. */
export function meanOf(values: readonly number[]): number {
  const numbers = values.filter((value) => !Number.isNaN(value));
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}
