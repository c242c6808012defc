import {
  overlay,
  paintGradient,
  paintMap,
  reduceChannels,
  type Attribution,
  type ColormapName,
  type Painted,
  type Picture,
  type Preprocessing,
  type Range,
  type Reduction,
} from '../../src/index.ts';

export interface AttributionLook {
  readonly colormap: ColormapName;
  /** Ends of the colour scale; fitted to the values by default. */
  readonly range: Range | undefined;
  /** Of the map over the picture, 0…1. */
  readonly opacity: number;
  readonly reduction: Reduction;
}

/** A picture and how to read it. */
interface Plate {
  readonly picture: Picture;
  readonly scale: { readonly colormap: ColormapName; readonly range: Range; readonly measure: string };
}

export interface PaintedAttribution {
  readonly map: Plate;
  /** The magnitudes over the picture. */
  readonly overlay: Plate;
}

/** Single outliers would darken all other pixels. */
const PERCENTILE = 99.5;

const MEASURES: Readonly<Record<Reduction, string>> = {
  max: 'largest magnitude of the channels',
  sum: 'sum of the channels’ magnitudes',
  l2: 'length over the channels',
};

/** Paints a map [h,w] in colours, or [c,h,w] as a picture on grey; and its magnitudes over the crop. */
export function paintAttribution(
  { map }: Attribution,
  crop: Picture,
  channels: Preprocessing['channels'],
  { colormap, range, opacity, reduction }: AttributionLook,
): PaintedAttribution {
  const [height, width] = map.shape.slice(-2) as [number, number];
  const magnitude = map.shape.length === 3 ? reduceChannels(map, reduction) : map;
  const paint = (fade: boolean): Painted =>
    paintMap(magnitude.data, height, width, { colormap, percentile: PERCENTILE, range, fade });
  const flat = paint(false);
  const scale = { colormap, range: flat.range, measure: MEASURES[reduction] };
  const over = { picture: overlay(crop, paint(true).picture, opacity), scale };
  if (map.shape.length === 2) return { map: { picture: flat.picture, scale }, overlay: over };
  const signed = paintGradient(map.data, height, width, {
    channels,
    scale: range && Math.max(Math.abs(range[0]), Math.abs(range[1])),
  });
  const measure = 'in each colour channel; 0 is grey';
  return {
    map: { picture: signed.picture, scale: { colormap: 'gray', range: signed.range, measure } },
    overlay: over,
  };
}
