import { checkSize } from './map.ts';
import { blankPicture, type Picture } from '../models/picture.ts';
import type { Rgb } from './colormaps.ts';

/**
 * Colours that people with any colour vision tell apart (Okabe & Ito 2008), then three that differ from these in lightness or
 * hue; grey for all further classes.
 */
const PALETTE: readonly Rgb[] = [
  [0, 114, 178],
  [230, 159, 0],
  [0, 158, 115],
  [204, 121, 167],
  [86, 180, 233],
  [213, 94, 0],
  [240, 228, 66],
  [122, 62, 18],
  [126, 96, 226],
  [150, 196, 60],
];
const OTHERS: Rgb = [140, 140, 140];

/** Colour of the class that comes `rank`th, from 0. */
export function classColour(rank: number): Rgb {
  return (Number.isInteger(rank) ? PALETTE[rank] : undefined) ?? OTHERS;
}

export interface ClassColour {
  readonly id: number;
  readonly colour: Rgb;
  /** Cells of the map that have it. */
  readonly count: number;
}

/** A map of classes [height, width] in colours, the most frequent first in the legend. */
export function paintClasses(
  map: ArrayLike<number>,
  height: number,
  width: number,
): { readonly picture: Picture; readonly legend: readonly ClassColour[] } {
  checkSize(map, [height, width]);
  const counts = new Map<number, number>();
  for (let i = 0; i < map.length; i++) counts.set(map[i]!, (counts.get(map[i]!) ?? 0) + 1);
  const legend = [...counts]
    .sort(([a, m], [b, n]) => n - m || a - b)
    .map(([id, count], i) => ({ id, count, colour: classColour(i) }));
  const colours = new Map(legend.map(({ id, colour }) => [id, colour]));
  const picture = blankPicture(width, height);
  for (let i = 0; i < map.length; i++) picture.data.set([...colours.get(map[i]!)!, 255], i * 4);
  return { picture, legend };
}
