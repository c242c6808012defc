import { checkChoice, checkList, shown } from '../check.ts';
import type { Sample } from '../engine/model.ts';
import { ArgumentError, ShapeError } from '../errors.ts';
import type { RuleSet } from '../ir/op.ts';
import { blankPicture, checkPicture, type Picture } from '../models/picture.ts';
import { toPicture } from '../models/preprocess.ts';
import { paintBars } from '../paint/bars.ts';
import { paintClasses } from '../paint/classes.ts';
import type { ColormapName } from '../paint/colormaps.ts';
import { paintFilters } from '../paint/filters.ts';
import { paintGradient } from '../paint/gradient.ts';
import { paintMap, type Painted } from '../paint/map.ts';
import { mosaicLayout, tileCorner } from '../paint/mosaic.ts';
import { rangeOf, type Range } from '../paint/range.ts';
import { upsample } from '../paint/upsample.ts';
import { formatShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Adversarial } from './adversarial.ts';
import type { Filters } from './filters.ts';
import type { Occlusion } from './occlusion.ts';
import type { Attribution } from './parts/backpropagate.ts';
import type { Snapshot } from './synthesize.ts';

/** What methods return, and what they are made of. A tensor is [h, w], [c, h, w] or [c]. */
export type Drawable = Attribution<RuleSet> | Occlusion | Snapshot | Adversarial | Filters | Sample | Tensor | Picture;

export interface DrawOptions {
  /** By default as the elements have it: `magma` for magnitudes, `rdbu` for numbers of both signs, else `viridis`. */
  readonly colormap?: ColormapName | undefined;
  /** Ends of the colour scale; fitted to the numbers by default. Given, figures can be compared. */
  readonly range?: Range | undefined;
  /** Of an occlusion: `probability` of the class by default, sum of the feature map, likeliest class. */
  readonly map?: 'probability' | 'activation' | 'classes' | undefined;
}

/** Single outliers would darken all other pixels. */
const PERCENTILE = 99.5;
/** Rows of bars. */
const BAR_ROWS = 160;

/**
 * Paints what a method returned on a canvas, which is resized to a pixel for each number: maps in colours, gradients of the
 * input on middle grey, images as pictures, channels beside each other, numbers without places as bars. Returns the picture,
 * and the range of the colour scale to be shown beside it. Throws ArgumentError for what cannot be drawn, or drawn on.
 */
export function draw(what: Drawable, canvas: HTMLCanvasElement | OffscreenCanvas, options: DrawOptions = {}): Painted {
  const context = contextOf(canvas);
  const painted = paint(what, options);
  const { picture } = painted;
  canvas.width = picture.width;
  canvas.height = picture.height;
  const pixels = context.createImageData(picture.width, picture.height);
  pixels.data.set(picture.data);
  context.putImageData(pixels, 0, 0);
  return painted;
}

/** What {@link draw} draws, without a canvas. */
export function paint(what: Drawable, options: DrawOptions = {}): Painted {
  const given: unknown = what;
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) {
    if ('map' in what) return paintAttribution(what, options);
    if ('grid' in what) return paintOcclusion(what, options);
    if ('trace' in what && 'parameters' in what) return asItIs(pictureOf(what));
    if ('weights' in what) return filtersOf(what);
    if ('crop' in what) return asItIs(what.crop);
    if ('picture' in what) return asItIs(what.picture);
    if ('shape' in what && 'dtype' in what) return paintTensor(what, options);
    if ('data' in what && 'width' in what) return asItIs(what);
  }
  throw new ArgumentError('this cannot be drawn', {
    expected: 'what a method returned, a tensor or a picture',
    got: shown(given),
  });
}

function contextOf(
  canvas: HTMLCanvasElement | OffscreenCanvas,
): CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D {
  const given = canvas as Partial<HTMLCanvasElement> | null | undefined;
  const context = typeof given?.getContext === 'function' ? (canvas as HTMLCanvasElement).getContext('2d') : null;
  if (context) return context;
  throw new ArgumentError('nothing can be drawn here', {
    expected: 'a canvas that has no other context than "2d"',
    got: shown(canvas),
  });
}

/** Bytes from black to white. */
function asItIs(picture: Picture): Painted {
  checkPicture(picture);
  return { picture, range: [0, 255] };
}

function paintAttribution(
  { map, layer, preprocessing: { channels } }: Attribution<RuleSet>,
  options: DrawOptions,
): Painted {
  const [height, width] = map.shape.slice(-2) as [number, number];
  if (layer !== undefined) return paintTensor(map, options, true);
  if (map.shape.length === 2) {
    const { colormap = 'magma', range } = options;
    return paintMap(map.data, height, width, { colormap, range, percentile: PERCENTILE });
  }
  const { range } = options;
  return paintGradient(map.data, height, width, { channels, scale: range && Math.max(...range.map(Math.abs)) });
}

/** The maps with as many pixels for each position as the patch moves. */
function paintOcclusion({ grid, patch, probability, activation, topClass }: Occlusion, options: DrawOptions): Painted {
  const { map = 'probability', colormap = 'viridis', range } = options;
  checkChoice('map', map, ['probability', 'activation', 'classes']);
  const values = { probability, activation, classes: topClass }[map];
  const to = [grid.rows * patch.stride, grid.cols * patch.stride] as const;
  const large = upsample(values, [grid.rows, grid.cols], to, 'nearest');
  if (map === 'classes') return { picture: paintClasses(large, ...to).picture, range: rangeOf(values) };
  return paintMap(large, ...to, { colormap, range: range ?? rangeOf(values) });
}

/** Images of a batch beside each other. */
function pictureOf({ image, preprocessing }: Snapshot): Picture {
  return besideEachOther(Array.from({ length: image.shape[0]! }, (_, i) => toPicture(image, preprocessing, i)));
}

function filtersOf({ weights, planes }: Filters): Painted {
  const { picture, largest } = paintFilters(weights, { planes });
  return { picture, range: [-largest, largest] };
}

/** Numbers of both signs have white for 0. Channels have a scale each, or all one where they are `together`. */
function paintTensor({ shape, data }: Tensor, options: DrawOptions, together: boolean = false): Painted {
  const sizes = checkList('the shape', shape).length === 4 && shape[0] === 1 ? shape.slice(1) : shape;
  if (sizes.length < 1 || sizes.length > 3) {
    throw new ShapeError('a tensor of this shape cannot be drawn', {
      expected: 'channels×height×width, height×width or channels',
      got: formatShape(shape),
    });
  }
  const symmetric = data.some((value) => value < 0);
  const { colormap = symmetric ? 'rdbu' : 'viridis' } = options;
  const range = options.range ?? rangeOf(data, { symmetric });
  if (sizes.length === 1) return { picture: paintBars(data, BAR_ROWS, range), range };
  const [height, width] = sizes.slice(-2) as [number, number];
  if (sizes.length === 2) return paintMap(data, height, width, { colormap, range });
  const size = height * width;
  const tiles = Array.from({ length: sizes[0]! }, (_, i) => {
    const tile = data.subarray(i * size, (i + 1) * size);
    const own = options.range ?? (together ? range : rangeOf(tile, { symmetric }));
    return paintMap(tile, height, width, { colormap, range: own }).picture;
  });
  return { picture: besideEachOther(tiles), range };
}

/** Pictures of one size as a mosaic, with a transparent pixel between them. */
function besideEachOther(pictures: readonly Picture[]): Picture {
  const [first] = pictures;
  if (!first) throw new ArgumentError('there is nothing to draw', { expected: 'at least one channel or image' });
  if (pictures.length === 1) return first;
  const { width, height } = first;
  const layout = mosaicLayout([1, pictures.length, height, width]);
  const mosaic = blankPicture(layout.width, layout.height);
  for (const [i, { data }] of pictures.entries()) {
    const [left, top] = tileCorner(layout, i);
    for (let y = 0; y < height; y++) {
      mosaic.data.set(data.subarray(y * width * 4, (y + 1) * width * 4), ((top + y) * layout.width + left) * 4);
    }
  }
  return mosaic;
}
