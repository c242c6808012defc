import {
  paintBars,
  paintGradient,
  paintMap,
  rangeOf,
  type Model,
  type Picture,
  type Range,
} from '../../src/internal.ts';
import type { ActivationsResult } from './result.ts';

const BAR_ROWS = 160;

/** The pictures of a result, besides the mosaic, which the GPU paints. */
export interface Painted {
  readonly plane: Picture;
  readonly bars: Picture | undefined;
  /** Of the channel. */
  readonly range: Range;
  readonly sentBack: Picture | undefined;
}

export function paintActivations(result: ActivationsResult, { preprocessing: { channels } }: Model): Painted {
  const { plane, values, layout, sentBack, colormap, scale } = result;
  const [height, width] = plane.shape as [number, number];
  const [, rows, columns] = sentBack?.map.shape ?? [];
  const range = scaleOf(result, scale, colormap);
  return {
    range,
    plane: paintMap(plane.data, height, width, { colormap, range }).picture,
    bars: layout || !values ? undefined : paintBars(values.data, BAR_ROWS, scaleOf(result, 'layer', 'viridis')),
    sentBack: sentBack && paintGradient(sentBack.map.data, rows!, columns!, { channels }).picture,
  };
}

/** Ends of the colour scale, as the mosaic has them. */
function scaleOf({ extents, channel }: ActivationsResult, scale: string, colormap: string): Range {
  const ends = extents.data.filter((_, i) => i % 3 < 2 && (scale === 'layer' || Math.floor(i / 3) === channel));
  return rangeOf(ends, { symmetric: colormap === 'rdbu' });
}
