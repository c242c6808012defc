import { checkChoice, checkNumber } from '../check.ts';
import type { ChannelOrder } from '../models/manifest.ts';
import { blankPicture } from '../models/picture.ts';
import { checkSize, type Painted } from './map.ts';
import { rangeOf } from './range.ts';

/** Plane of each byte of a pixel. */
const ORDERS: Readonly<Record<ChannelOrder, readonly [number, number, number]>> = {
  RGB: [0, 1, 2],
  BGR: [2, 1, 0],
  gray: [0, 0, 0],
};

export interface PaintGradientOptions {
  /** Order of the planes. */
  readonly channels: ChannelOrder;
  /** Magnitude that gets the full colour, in per cent of the values. Default 99: single pixels would darken all others. */
  readonly percentile?: number | undefined;
  /** Magnitude that gets the full colour, for figures that are to be compared. */
  readonly scale?: number | undefined;
}

/**
 * A map in input space [c,height,width] (a gradient, a deconvolution, a filter) as a picture: 0 is middle grey, each channel
 * lighter where the value is positive. As in Springenberg et al., "Striving for simplicity" (2015), figure 3.
 */
export function paintGradient(
  values: ArrayLike<number>,
  height: number,
  width: number,
  { channels, percentile = 99, scale }: PaintGradientOptions,
): Painted {
  const order = ORDERS[checkChoice('order of channels', channels, Object.keys(ORDERS) as ChannelOrder[])];
  if (scale !== undefined) checkNumber('scale', scale, { least: 0 });
  checkSize(values, [channels === 'gray' ? 1 : 3, height, width]);
  const range = scale === undefined ? rangeOf(values, { symmetric: true, percentile }) : ([-scale, scale] as const);
  const picture = blankPicture(width, height);
  const gain = range[1] > 0 ? 127.5 / range[1] : 0;
  for (let i = 0; i < height * width; i++) {
    for (let k = 0; k < 3; k++) picture.data[i * 4 + k] = 127.5 + gain * values[order[k]! * height * width + i]!;
    picture.data[i * 4 + 3] = 255;
  }
  return { picture, range };
}
