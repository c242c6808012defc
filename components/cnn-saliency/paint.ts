import {
  overlay,
  paintGradient,
  paintMap,
  reduceChannels,
  type Attribution,
  type ColormapName,
  type Picture,
  type Preprocessing,
  type Range,
  type Reduction,
} from '../../src/internal.ts';
import { t } from '../internal/languages/words.ts';

export interface AttributionLook {
  readonly colormap: ColormapName;
  /** Ends of the colour scale; fitted to the values by default. */
  readonly range: Range | undefined;
  /** Of the map over the picture, 0…1. */
  readonly opacity: number;
  readonly reduction: Reduction;
}

/** A picture and how to read it. */
export interface PaintedMap {
  readonly picture: Picture;
  readonly scale: { readonly colormap: ColormapName; readonly range: Range; readonly measure: string };
}

/** Single outliers would darken all other pixels. */
const PERCENTILE = 99.5;

const MEASURES: Readonly<Record<Reduction, string>> = {
  max: 'largest magnitude of the channels',
  sum: 'sum of the channels’ magnitudes',
  l2: 'length over the channels',
};

/** A map [h,w] in colours, or [c,h,w] as a picture on grey. */
export function paintAlone(
  { map }: Attribution,
  channels: Preprocessing['channels'],
  look: Omit<AttributionLook, 'opacity'>,
): PaintedMap {
  const [height, width] = map.shape.slice(-2) as [number, number];
  const { colormap, range, reduction } = look;
  if (map.shape.length === 2) {
    const painted = paintMap(map.data, height, width, { colormap, range, percentile: PERCENTILE });
    return { picture: painted.picture, scale: { colormap, range: painted.range, measure: MEASURES[reduction] } };
  }
  const scale = range && Math.max(Math.abs(range[0]), Math.abs(range[1]));
  const painted = paintGradient(map.data, height, width, { channels, scale });
  const measure = t('in each colour channel; 0 is grey');
  return { picture: painted.picture, scale: { colormap: 'gray', range: painted.range, measure } };
}

/** The magnitudes of a map over the crop. */
export function paintOver(
  { map }: Attribution,
  crop: Picture,
  { colormap, range, reduction, opacity }: AttributionLook,
): PaintedMap {
  const [height, width] = map.shape.slice(-2) as [number, number];
  const magnitude = map.shape.length === 3 ? reduceChannels(map, reduction) : map;
  const look = { colormap, range, percentile: PERCENTILE, fade: true };
  const painted = paintMap(magnitude.data, height, width, look);
  const scale = { colormap, range: painted.range, measure: MEASURES[reduction] };
  return { picture: overlay(crop, painted.picture, opacity), scale };
}
