import type { ChannelOrder } from '../models/manifest.ts';
import { blankPicture, type Picture } from '../models/picture.ts';
import type { Tensor } from '../tensor/tensor.ts';

export interface PaintFiltersOptions {
  /** Of filters that look at the picture: the order of its planes, and what each was divided by; painted in colour then. */
  readonly planes?: { readonly order: ChannelOrder; readonly std: readonly number[] } | undefined;
  /** Filters that are painted, in order; all by default. */
  readonly which?: readonly number[] | undefined;
  /** Filters side by side; by default as many as below each other. */
  readonly columns?: number | undefined;
  /** Magnitude that gets full black or white: the largest of the `layer` (the default), or of each `filter`. */
  readonly scale?: 'layer' | 'filter' | undefined;
  /** Pixels across a weight. */
  readonly pixel?: number | undefined;
}

export interface PaintedFilters {
  readonly picture: Picture;
  /** Filters below and beside each other: equal cells of the picture. */
  readonly rows: number;
  readonly columns: number;
  /** Tiles of a filter below and beside each other: equal cells of its own, but for the line between filters. */
  readonly tiles: readonly [rows: number, columns: number];
  /** Largest magnitude of each filter in `which`, as it is painted, and of the layer. */
  readonly limits: readonly number[];
  readonly largest: number;
}

/**
 * Filters [k, c, r, s] side by side; 0 is middle grey. What looks at the picture is shown as a picture, in units of its
 * values: a weight for a plane that was divided by its deviation counts that much less. Any other filter has a grey tile for
 * each of its channels, row after row. As in Krizhevsky et al. 2012, figure 3.
 */
export function paintFilters(weights: Tensor, options: PaintFiltersOptions = {}): PaintedFilters {
  const [k, c, r, s] = weights.shape as [number, number, number, number];
  const { planes, scale = 'layer', pixel = 1 } = options;
  const { which = Array.from({ length: k }, (_, i) => i) } = options;
  const { columns = Math.ceil(Math.sqrt(which.length)) } = options;
  const rows = Math.ceil(which.length / columns);
  const size = c * r * s;
  const value = (filter: number, plane: number, at: number): number =>
    weights.data[filter * size + plane * r * s + at]! / (planes?.std[plane] ?? 1);
  const limits = Array.from({ length: k }, (_, filter) => {
    let limit = 0;
    for (let i = 0; i < size; i++)
      limit = Math.max(limit, Math.abs(value(filter, Math.floor(i / (r * s)), i % (r * s))));
    return limit;
  });
  const largest = limits.reduce((a, b) => Math.max(a, b), 0);

  const colours = planes ? { RGB: [0, 1, 2], BGR: [2, 1, 0], gray: [0, 0, 0] }[planes.order] : undefined;
  const tileColumns = colours ? 1 : Math.ceil(Math.sqrt(c));
  const tileRows = colours ? 1 : Math.ceil(c / tileColumns);
  // A line between tiles, unless a tile is a single weight, and one more between filters
  const line = colours || r * s === 1 ? 0 : 1;
  const [tileHeight, tileWidth] = [r + line, s + line];
  const [height, width] = [tileRows * tileHeight + 1, tileColumns * tileWidth + 1];
  const picture = blankPicture(columns * width * pixel, rows * height * pixel);
  const dab = (x: number, y: number, rgb: readonly number[]): void => {
    for (let row = y * pixel; row < (y + 1) * pixel; row++) {
      for (let col = x * pixel; col < (x + 1) * pixel; col++) {
        picture.data.set([...rgb, 255], (row * picture.width + col) * 4);
      }
    }
  };
  which.forEach((filter, i) => {
    const limit = scale === 'layer' ? largest : limits[filter]!;
    const shade = (plane: number, at: number): number =>
      127.5 + (limit > 0 ? (127.5 * value(filter, plane, at)) / limit : 0);
    const [left, top] = [(i % columns) * width, Math.floor(i / columns) * height];
    for (let tile = 0; tile < (colours ? 1 : c); tile++) {
      const x = left + (tile % tileColumns) * tileWidth;
      const y = top + Math.floor(tile / tileColumns) * tileHeight;
      for (let at = 0; at < r * s; at++) {
        const rgb = (colours ?? [tile, tile, tile]).map((plane) => shade(plane, at));
        dab(x + (at % s), y + Math.floor(at / s), rgb);
      }
    }
  });
  const shown = which.map((filter) => limits[filter]!);
  return { picture, rows, columns, tiles: [tileRows, tileColumns], limits: shown, largest };
}
