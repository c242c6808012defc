import { checkList, checkWhole } from '../check.ts';
import { MAX_PICTURE_PX } from '../limits.ts';
import type { Shape } from '../tensor/shape.ts';
import { colormap, type ColormapName } from './colormaps.ts';

/** A unit of a layer. */
export interface MosaicUnit {
  readonly channel: number;
  readonly y: number;
  readonly x: number;
}

/** How the channels of a layer lie beside each other: tiles with one pixel between them, in rows from the top. */
export interface MosaicLayout {
  readonly channels: number;
  readonly columns: number;
  readonly rows: number;
  /** Of a tile: one pixel for each unit. */
  readonly tile: { readonly height: number; readonly width: number };
  /** Of the whole, px. */
  readonly height: number;
  readonly width: number;
}

/** A mosaic about as wide as high, for a layer [1, c, h, w] or [1, c, h]. */
export function mosaicLayout(shape: Shape): MosaicLayout {
  for (const size of checkList('the shape', shape, 4)) checkWhole('a size of the layer', size, 1, MAX_PICTURE_PX);
  const [, channels = 1, height = 1, width = 1] = shape;
  const square = Math.round(Math.sqrt((channels * (height + 1)) / (width + 1)));
  const columns = Math.min(Math.max(square, 1), channels);
  const rows = Math.ceil(channels / columns);
  return {
    channels,
    columns,
    rows,
    tile: { height, width },
    height: rows * (height + 1) - 1,
    width: columns * (width + 1) - 1,
  };
}

/** The unit at a pixel; undefined between tiles and beyond the last. */
export function unitAt({ channels, columns, tile }: MosaicLayout, px: number, py: number): MosaicUnit | undefined {
  if (!Number.isFinite(px) || !Number.isFinite(py)) return undefined;
  const [column, row] = [Math.floor(px / (tile.width + 1)), Math.floor(py / (tile.height + 1))];
  const channel = row * columns + column;
  const x = Math.floor(px) - column * (tile.width + 1);
  const y = Math.floor(py) - row * (tile.height + 1);
  const inside = px >= 0 && py >= 0 && column < columns && channel < channels && x < tile.width && y < tile.height;
  return inside ? { channel, y, x } : undefined;
}

/** Top left corner of a tile, px. */
export function tileCorner(
  { channels, columns, tile }: MosaicLayout,
  channel: number,
): readonly [left: number, top: number] {
  checkWhole('the channel', channel, 0, channels - 1);
  return [(channel % columns) * (tile.width + 1), Math.floor(channel / columns) * (tile.height + 1)];
}

const COLOURS = 256;

/** A colour map as packed pixels: R, G, B, A from the lowest byte on. */
export function paletteOf(name: ColormapName): Uint32Array<ArrayBuffer> {
  const colour = colormap(name);
  return Uint32Array.from({ length: COLOURS }, (_, i) => {
    const [r, g, b] = colour(i / (COLOURS - 1)).map(Math.round) as [number, number, number];
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  });
}
