import { checkWhole } from '../check.ts';
import { ShapeError } from '../errors.ts';
import { MAX_PICTURE_PX } from '../limits.ts';
import { blankPicture, type Picture } from '../models/picture.ts';
import { colormap, type ColormapName } from './colormaps.ts';
import { checkRange, rangeOf, type Range, type RangeOptions } from './range.ts';

export interface PaintMapOptions extends RangeOptions {
  /** Default `rdbu` where symmetric, else `viridis`. */
  readonly colormap?: ColormapName | undefined;
  /** Given, it is used as it is, so that figures can be compared. */
  readonly range?: Range | undefined;
  /** The lower a value in the range, the more transparent: to be laid over a picture. */
  readonly fade?: boolean | undefined;
}

/** A picture of numbers, and the scale it was painted with, to be shown beside it. */
export interface Painted {
  readonly picture: Picture;
  readonly range: Range;
}

/** A map [height,width] in colours. Values that are no finite numbers stay transparent; a constant map has the middle colour. */
export function paintMap(
  map: ArrayLike<number>,
  height: number,
  width: number,
  options: PaintMapOptions = {},
): Painted {
  checkSize(map, [height, width]);
  const range = options.range ?? rangeOf(map, options);
  const color = colormap(options.colormap ?? (options.symmetric ? 'rdbu' : 'viridis'));
  checkRange(range);
  const [low, high] = range;
  const picture = blankPicture(width, height);
  for (let i = 0; i < map.length; i++) {
    const v = map[i]!;
    if (!Number.isFinite(v)) continue;
    const t = high > low ? (v - low) / (high - low) : 0.5;
    const [r, g, b] = color(t);
    picture.data[i * 4] = r;
    picture.data[i * 4 + 1] = g;
    picture.data[i * 4 + 2] = b;
    picture.data[i * 4 + 3] = options.fade ? 255 * t : 255;
  }
  return { picture, range };
}

/** Throws ArgumentError for sides that make no sense, {@link ShapeError} where values do not fill them. */
export function checkSize(values: ArrayLike<number>, shape: readonly number[]): void {
  for (const side of shape) checkWhole('a side of the picture', side, 0, MAX_PICTURE_PX);
  const size = shape.reduce((product, n) => product * n, 1);
  if (values.length === size) return;
  throw new ShapeError('the values do not fill the picture', {
    expected: `${size} for ${shape.join('×')}`,
    got: String(values.length),
  });
}
