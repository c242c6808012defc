import { checkChoice, checkList, checkWhole } from '../check.ts';
import { ArgumentError, ShapeError } from '../errors.ts';
import { MAX_PICTURE_PX } from '../limits.ts';
import type { ChannelOrder } from '../models/manifest.ts';
import { blankPicture, type Picture } from '../models/picture.ts';
import { formatShape } from '../tensor/shape.ts';
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
  /** Pixels across a weight; 4 by default. */
  readonly pixel?: number | undefined;
}

export interface PaintedFilters {
  readonly picture: Picture;
  /** Filters below and beside each other: equal cells of the picture. */
  readonly rows: number;
  readonly columns: number;
  /** Tiles of a filter below and beside each other: equal cells of its own, but for a narrow border. */
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
  if (weights.shape.length !== 4) {
    const expected = 'filters×channels×height×width';
    throw new ShapeError('these are no filters', { expected, got: formatShape(weights.shape) });
  }
  const [k, c, r, s] = weights.shape as [number, number, number, number];
  const { planes, scale = 'layer', pixel = 4 } = options;
  const { which = Array.from({ length: k }, (_, i) => i) } = options;
  checkList('the list of filters', which, k);
  const { columns = Math.ceil(Math.sqrt(which.length)) } = options;
  checkChoice('scale', scale, ['layer', 'filter']);
  checkWhole('pixel', pixel, 1, MAX_PICTURE_PX);
  checkWhole('columns', columns, which.length === 0 ? 0 : 1, Math.max(which.length, 1));
  for (const filter of which) checkWhole('a filter', filter, 0, k - 1);
  const rows = which.length === 0 ? 0 : Math.ceil(which.length / columns);
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
  const thin = Math.ceil(pixel / 4);
  const tileMargin = colours || r * s === 1 ? 0 : thin;
  const margin = colours ? thin : 2 * thin;
  const [tileHeight, tileWidth] = [r * pixel + 2 * tileMargin, s * pixel + 2 * tileMargin];
  const [height, width] = [tileRows * tileHeight + 2 * margin, tileColumns * tileWidth + 2 * margin];
  if (columns * width * rows * height > MAX_PICTURE_PX) {
    const got = `${columns * width}×${rows * height}`;
    const remedy = 'Paint fewer at once.';
    throw new ArgumentError('the filters are too large', { expected: `at most ${MAX_PICTURE_PX} pixels`, got, remedy });
  }
  const picture = blankPicture(columns * width, rows * height);
  which.forEach((filter, i) => {
    const limit = scale === 'layer' ? largest : limits[filter]!;
    const gain = limit > 0 ? 127.5 / limit : 0;
    const [left, top] = [(i % columns) * width + margin, Math.floor(i / columns) * height + margin];
    for (let tile = 0; tile < (colours ? 1 : c); tile++) {
      const x = left + (tile % tileColumns) * tileWidth + tileMargin;
      const y = top + Math.floor(tile / tileColumns) * tileHeight + tileMargin;
      const order = colours ?? [tile, tile, tile];
      for (let at = 0; at < r * s; at++) {
        const rgb = order.map((plane) => 127.5 + gain * value(filter, plane, at));
        square(picture, x + (at % s) * pixel, y + Math.floor(at / s) * pixel, pixel, rgb);
      }
    }
  });
  const shown = which.map((filter) => limits[filter]!);
  return { picture, rows, columns, tiles: [tileRows, tileColumns], limits: shown, largest };
}

function square({ data, width }: Picture, x: number, y: number, side: number, rgb: readonly number[]): void {
  for (let row = y; row < y + side; row++) {
    for (let at = 4 * (row * width + x); at < 4 * (row * width + x + side); at += 4) {
      data[at] = rgb[0]!;
      data[at + 1] = rgb[1]!;
      data[at + 2] = rgb[2]!;
      data[at + 3] = 255;
    }
  }
}
