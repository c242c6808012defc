import { checkNumber, checkWhole } from '../../check.ts';
import { ArgumentError, ShapeError } from '../../errors.ts';
import type { GraphBuilder } from '../../ir/builder.ts';
import type { Preprocessing } from '../../models/manifest.ts';
import { MAX_IMAGE_SIDE } from '../../limits.ts';
import { formatShape, sameShape, sizeOf, type Shape } from '../../tensor/shape.ts';
import { filled } from '../../tensor/elementwise.ts';
import { float32, type Tensor } from '../../tensor/tensor.ts';
import { appendResize, perChannel, toSteps, withinBounds } from './images.ts';
import { falling, inverseFourier } from './matrices.ts';

/**
 * What is painted on: images of the size of a network's input, in 8-bit steps from its mean colour, so that published
 * settings fit whatever the network divides by.
 */
export interface Canvas {
  /** [n, c, h, w] */
  readonly shape: readonly [n: number, c: number, h: number, w: number];
  readonly preprocessing: Preprocessing;
  /** A run of standard normal numbers, decided by the seed; the same each time. */
  readonly noise: () => () => number;
}

/** How numbers become an image. */
export interface Parametrisation {
  readonly describe: () => string;
  /** The first values of its numbers, by name. Throws where the canvas does not suit it. */
  readonly start: (canvas: Canvas) => Readonly<Record<string, Tensor>>;
  /** Appends the image [n, c, h, w]; `parameters` are the tensors by the same names. */
  readonly image: (builder: GraphBuilder, canvas: Canvas, parameters: Readonly<Record<string, string>>) => string;
  /** The numbers are pixels in 8-bit steps, so that bounds and blurs make sense. */
  readonly inPixels: boolean;
}

export interface PixelOptions {
  /** Standard deviation of the noise to start from, in 8-bit steps; 0 is the network's mean colour. */
  readonly noise?: number;
  /** The image to start from instead, an input of the network [n, c, h, w]; noise is added to it. */
  readonly from?: Tensor;
}

/** Each pixel of the network's input by itself. */
export function pixels({ noise = 0, from }: PixelOptions = {}): Parametrisation {
  checkNumber('noise', noise, { least: 0 });
  return {
    describe: () =>
      from ? 'pixels of an image' : noise > 0 ? `pixels from noise of ${noise}` : 'pixels from the mean colour',
    inPixels: true,
    start: ({ shape, preprocessing, noise: draws }) => {
      const normal = draws();
      if (from && !sameShape(from.shape, shape)) {
        const [expected, got] = [formatShape(shape), formatShape(from.shape)];
        throw new ShapeError('the image to start from has another shape', { expected, got });
      }
      const start = from ? toSteps(from, preprocessing).data : new Float32Array(sizeOf(shape));
      const noisy = (i: number): number => start[i]! + noise * normal();
      return { pixels: float32(shape, noise > 0 ? filled(start.length, noisy) : start) };
    },
    image: (_, __, parameters) => parameters['pixels']!,
  };
}

/** One noise on several pictures, inputs of the network [n, c, h, w]; what leaves the range of pixels is cut off. */
export function sharedNoise(pictures: Tensor): Parametrisation {
  return {
    describe: () => 'one noise on all pictures',
    inPixels: true,
    start: ({ shape: [, ...one] }) => ({ noise: float32([1, ...one], new Float32Array(sizeOf(one))) }),
    image: (builder, { preprocessing }, { noise }) => {
      const originals = builder.constant('pictures', toSteps(pictures, preprocessing));
      return withinBounds(builder, builder.add('add', [originals, noise!]), preprocessing);
    },
  };
}

/** The square root of ImageNet's colour covariance; rows R, G, B, columns components (Olah et al. 2017; Lucid's numbers). */
const COLOURS = [
  [0.26, 0.09, 0.02],
  [0.27, 0, -0.05],
  [0.27, -0.09, 0.03],
] as const;

const NORM = Math.max(...[0, 1, 2].map((k) => Math.hypot(...COLOURS.map((row) => row[k]!))));

export interface ColourOptions {
  /** Standard deviation of the numbers to start from. */
  readonly deviation?: number;
  /** Colours by their decorrelated components; true by default. */
  readonly decorrelated?: boolean;
}

export interface FourierOptions extends ColourOptions {
  /** Frequencies f are scaled by 1 / f to this power; 1 by default, the fall of natural images. */
  readonly decay?: number;
}

/** Frequencies scaled as in natural images, colours decorrelated, squeezed into the valid range (Olah et al. 2017). */
export function fourier({ deviation = 0.01, decorrelated = true, decay = 1 }: FourierOptions = {}): Parametrisation {
  checkNumber('deviation', deviation, { least: 0 });
  checkNumber('decay', decay);
  const spectrumShape = ([n, c, h, w]: Canvas['shape']): Shape => [2 * h, n * c, Math.floor(w / 2) + 1];
  return {
    describe: () => `Fourier${decorrelated ? ', decorrelated colours' : ''}`,
    inPixels: false,
    start: ({ shape, noise }) => ({ spectrum: noiseOf(spectrumShape(shape), deviation, noise()) }),
    image: (builder, canvas, { spectrum }) => {
      const [n, c, h, w] = canvas.shape;
      const [, planes, k] = spectrumShape(canvas.shape) as [number, number, number];
      const products = inverseFourier(h, w);
      const constant = (name: string, value: Tensor): string => builder.constant(name, value);
      const gemm = (inputs: readonly string[]): string =>
        builder.add('gemm', inputs, { alpha: 1, beta: 1, transA: false, transB: false });
      const reshape = (x: string, to: Shape): string =>
        builder.add('reshape', [x], { shape: [...to], allowZero: false });

      const scaled = builder.add('mul', [spectrum!, constant('frequencies', falling(h, w, decay))]);
      const columns = gemm([constant('columns', products.columns), reshape(scaled, [2 * h, planes * k])]);
      const half = (start: number): string =>
        reshape(builder.add('slice', [columns], { starts: [start, 0], sizes: [h, -1], steps: [1, 1] }), [
          h * planes,
          k,
        ]);
      const real = gemm([half(0), constant('real', products.real)]);
      const lines = gemm([half(h), constant('imaginary', products.imaginary), real]);
      const turned = builder.add('transpose', [reshape(lines, [h, planes, w])], { permutation: [1, 0, 2] });
      return colours(builder, canvas, reshape(turned, [n, c, h, w]), decorrelated);
    },
  };
}

export interface PyramidOptions extends ColourOptions {
  /** Each level has half the resolution of the one before; 4 by default. */
  readonly levels?: number;
}

/** A sum of images of falling resolution (Lucid's Laplacian pyramid). */
export function laplacianPyramid({ levels = 4, ...options }: PyramidOptions = {}): Parametrisation {
  checkWhole('levels', levels, 1, Math.log2(MAX_IMAGE_SIDE) + 1);
  return coarse(
    `pyramid of ${levels} levels`,
    Array.from({ length: levels }, (_, level) => 2 ** level),
    options,
  );
}

export interface LowResolutionOptions extends ColourOptions {
  /** How many pixels become one, along each side; 4 by default. */
  readonly factor?: number;
}

/** An image of lower resolution, interpolated. */
export function lowResolution({ factor = 4, ...options }: LowResolutionOptions = {}): Parametrisation {
  checkWhole('factor', factor, 1, MAX_IMAGE_SIDE);
  return coarse(`a ${factor}th of the resolution`, [factor], options);
}

function coarse(
  says: string,
  factors: readonly number[],
  { deviation = 0.01, decorrelated = true }: ColourOptions,
): Parametrisation {
  checkNumber('deviation', deviation, { least: 0 });
  return {
    describe: () => `${says}${decorrelated ? ', decorrelated colours' : ''}`,
    inPixels: false,
    start: ({ shape: [n, c, h, w], noise }) => {
      const normal = noise();
      return Object.fromEntries(
        factors.map((factor) => {
          const [rows, columns] = [Math.floor(h / factor), Math.floor(w / factor)];
          if (rows < 1 || columns < 1) {
            const got = `${h}×${w} for a ${factor}th of it`;
            throw new ArgumentError('the image is too small for this', { expected: `at least ${factor} px`, got });
          }
          return [`level ${factor}`, noiseOf([n, c, rows, columns], deviation, normal)];
        }),
      );
    },
    image: (builder, canvas, parameters) => {
      const [, , h, w] = canvas.shape;
      const levels = factors.map((factor) => appendResize(builder, parameters[`level ${factor}`]!, h, w));
      const all = levels.reduce((a, b) => builder.add('add', [a, b]));
      return colours(builder, canvas, all, decorrelated);
    },
  };
}

function noiseOf(shape: Shape, deviation: number, normal: () => number): Tensor {
  return float32(
    shape,
    filled(sizeOf(shape), () => deviation * normal()),
  );
}

/** Appends what is made of any numbers: colours between black and white. */
function colours(
  builder: GraphBuilder,
  { shape: [, c], preprocessing }: Canvas,
  x: string,
  decorrelated: boolean,
): string {
  const { channels, mean } = preprocessing;
  const order = channels === 'BGR' ? [2, 1, 0] : [0, 1, 2];
  let mixed = x;
  if (decorrelated && channels !== 'gray') {
    const weights = order.flatMap((row) => COLOURS[row]!.map((value) => value / NORM));
    const attributes = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], autoPad: 'NOTSET', group: 1 };
    mixed = builder.add('conv2d', [x, builder.constant('colours', float32([c, 3, 1, 1], weights))], attributes);
  }
  const unit = builder.add('sigmoid', [mixed]);
  const spread = builder.add('mul', [unit, builder.scalar(255)]);
  return builder.add('sub', [spread, builder.constant('mean', perChannel(mean))]);
}
