import {
  paint,
  paintFilters,
  rangeOf,
  type Filters,
  type PaintedFilters,
  type Picture,
  type Range,
  type Tensor,
} from '../../src/internal.ts';
import type { Network, Weights } from '../../src/training.ts';
import type { LiveTraining, Seen } from './live-training.ts';

/** Pixels of activations: more than fit into a frame of the page take longer than one. */
const MOST_PX = 16_384;
/** Single outliers would darken all other pixels. */
const PERCENTILE = 99.5;
/** Pixels across a weight, before the style sheet scales the picture. */
const PIXEL = 4;

/** The first layer's filters, and whether they are learned. */
export interface FirstFilters {
  readonly layer: string;
  readonly isFrozen: boolean;
  readonly weights: Tensor;
}

/** The first parameter that is filters; those of the file where none are learned. */
export function firstFilters(
  network: Network,
  weights: Weights,
  frozen: Filters | undefined,
): FirstFilters | undefined {
  const name = Object.keys(network.parameters).find((key) => network.parameters[key]!.shape.length === 4);
  if (name !== undefined) {
    return { layer: name.replace(/\.weight$/, ''), isFrozen: false, weights: weights[name]! };
  }
  return frozen && { layer: frozen.layer, isFrozen: true, weights: frozen.weights };
}

/** In colours or greys where they look at the picture itself. */
export function paintFirst({ weights }: FirstFilters, { material }: LiveTraining): PaintedFilters {
  const { training, channels } = material;
  const looksAtPicture = weights.shape[1] === training.shape[0] && (channels === 'gray') === (weights.shape[1] === 1);
  const planes = looksAtPicture ? { order: channels, std: training.std } : undefined;
  return paintFilters(weights, { planes, pixel: PIXEL });
}

/** What was seen, as pictures. */
export interface PaintedLook {
  readonly layer: Picture;
  /** Channels that are painted. */
  readonly channels: number;
  readonly saliency: Picture;
  readonly range: Range;
}

export function paintSeen({ layer, saliency }: Seen): PaintedLook {
  const [all = 1, ...size] = layer.shape;
  const plane = size.reduce((product, n) => product * n, 1);
  const channels = Math.min(all, Math.max(1, Math.floor(MOST_PX / plane)));
  const some: Tensor = { ...layer, shape: [channels, ...size], data: layer.data.subarray(0, channels * plane) };
  // One scale for all: of a channel that is off nothing is to be seen.
  const scale = rangeOf(some.data, { symmetric: some.data.some((value) => value < 0), percentile: PERCENTILE });
  const { picture, range } = paint(saliency, { colormap: 'magma' });
  return { layer: paint(some, { range: scale }).picture, channels, saliency: picture, range };
}
