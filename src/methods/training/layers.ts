import { checkNumber, checkWhole, shown } from '../../check.ts';
import { ArgumentError } from '../../errors.ts';
import { MAX_CHANNELS_TRAINED, MAX_IMAGE_SIDE } from '../../limits.ts';

/** Rows and columns, or the same number for both. */
export type Size = number | readonly [rows: number, columns: number];

/**
 * Zeros around a picture: so many on all sides, or [top, left, bottom, right], or none (`valid`), or as many as leave ⌈size /
 * stride⌉ windows (`same`), the odd one behind.
 */
export type Padding = number | 'same' | 'valid' | readonly [number, number, number, number];

interface Named {
  /** What it is called; its type and a number by default, such as `conv1`. */
  readonly name?: string;
}

export interface ConvLayer extends Named {
  readonly type: 'conv';
  readonly filters: number;
  readonly kernel: Size;
  /** 1 by default. */
  readonly stride?: Size;
  /** `same` by default. */
  readonly padding?: Padding;
  /** 1 by default. */
  readonly dilation?: Size;
  /** Parts of the channels that are convolved on their own; 1 by default. */
  readonly groups?: number;
  /** True by default. */
  readonly bias?: boolean;
}

export interface DenseLayer extends Named {
  readonly type: 'dense';
  readonly units: number;
  /** True by default. */
  readonly bias?: boolean;
}

export interface BatchNormLayer extends Named {
  readonly type: 'batchNorm';
  /** Share of each batch in the running statistics; 0.1 by default. */
  readonly momentum?: number;
  /** 1e-5 by default. */
  readonly epsilon?: number;
}

export interface PoolLayer extends Named {
  readonly type: 'maxPool' | 'averagePool';
  readonly size: Size;
  /** The size by default: windows side by side. */
  readonly stride?: Size;
  /** `valid` by default. A mean counts the padding as zeros, as PyTorch's does. */
  readonly padding?: Padding;
}

export interface PreluLayer extends Named {
  readonly type: 'parametricRelu';
  /** Of all channels at first; 0.25 by default. */
  readonly slope?: number;
}

export interface LeakyReluLayer extends Named {
  readonly type: 'leakyRelu';
  /** 0.01 by default. */
  readonly slope?: number;
}

export interface DropoutLayer extends Named {
  readonly type: 'dropout';
  /** Share of the numbers that are left out. */
  readonly rate: number;
}

export interface PlainLayer extends Named {
  readonly type: 'relu' | 'sigmoid' | 'tanh' | 'globalAveragePool' | 'flatten';
}

export interface ResidualLayer extends Named {
  readonly type: 'residual';
  /** What is computed and added to what comes in, which must be of the same shape. */
  readonly layers: readonly Layer[];
}

/** A layer as JSON has it. */
export type Layer =
  | ConvLayer
  | DenseLayer
  | BatchNormLayer
  | PoolLayer
  | PreluLayer
  | LeakyReluLayer
  | DropoutLayer
  | PlainLayer
  | ResidualLayer;

/** A convolution with `filters` filters of `kernel` × `kernel` taps, and a bias. */
export function conv(
  filters: number,
  kernel: Size,
  options: Omit<ConvLayer, 'type' | 'filters' | 'kernel'> = {},
): ConvLayer {
  return { type: 'conv', filters, kernel, ...options };
}

/** A fully connected layer. Pictures are flattened before it. */
export function dense(units: number, options: Omit<DenseLayer, 'type' | 'units'> = {}): DenseLayer {
  return { type: 'dense', units, ...options };
}

/** Batch normalisation (Ioffe & Szegedy 2015): by the statistics of the batch in training, by running ones afterwards. */
export function batchNorm(options: Omit<BatchNormLayer, 'type'> = {}): BatchNormLayer {
  return { type: 'batchNorm', ...options };
}

/** The largest number of each window. */
export function maxPool(size: Size, options: Omit<PoolLayer, 'type' | 'size'> = {}): PoolLayer {
  return { type: 'maxPool', size, ...options };
}

/** The mean of each window. */
export function averagePool(size: Size, options: Omit<PoolLayer, 'type' | 'size'> = {}): PoolLayer {
  return { type: 'averagePool', size, ...options };
}

/** The mean of each channel: [n, c, h, w] → [n, c, 1, 1]. */
export function globalAveragePool(options: Named = {}): PlainLayer {
  return { type: 'globalAveragePool', ...options };
}

/** Negative numbers become 0. */
export function relu(options: Named = {}): PlainLayer {
  return { type: 'relu', ...options };
}

/** Negative numbers are multiplied by a small slope. */
export function leakyRelu(slope?: number, options: Named = {}): LeakyReluLayer {
  return { type: 'leakyRelu', ...(slope === undefined ? {} : { slope }), ...options };
}

/** Negative numbers are multiplied by a slope that each channel learns (He et al. 2015, "Delving deep into rectifiers"). */
export function prelu(options: Omit<PreluLayer, 'type'> = {}): PreluLayer {
  return { type: 'parametricRelu', ...options };
}

/** 1 / (1 + e^−x). */
export function sigmoid(options: Named = {}): PlainLayer {
  return { type: 'sigmoid', ...options };
}

/** The hyperbolic tangent. */
export function tanh(options: Named = {}): PlainLayer {
  return { type: 'tanh', ...options };
}

/** Leaves numbers out by chance in training (Srivastava et al. 2014); does nothing afterwards. */
export function dropout(rate: number, options: Named = {}): DropoutLayer {
  return { type: 'dropout', rate, ...options };
}

/** Rows of numbers from pictures: [n, c, h, w] → [n, c·h·w]. */
export function flatten(options: Named = {}): PlainLayer {
  return { type: 'flatten', ...options };
}

/** What comes in and what these layers make of it, added up (He et al. 2016). */
export function residual(layers: readonly Layer[], options: Named = {}): ResidualLayer {
  return { type: 'residual', layers, ...options };
}

/** Both numbers of a size. Throws ArgumentError. */
export function pairOf(what: string, size: Size): readonly [number, number] {
  const pair: readonly number[] = Array.isArray(size) ? (size as readonly number[]) : [size as number, size as number];
  if (pair.length !== 2)
    throw new ArgumentError(`${what} makes no sense`, { expected: 'one number or two', got: shown(size) });
  return [checkWhole(what, pair[0], 1, MAX_IMAGE_SIDE), checkWhole(what, pair[1], 1, MAX_IMAGE_SIDE)];
}

/** Padding as operations have it. Throws ArgumentError. */
export function paddingOf(padding: Padding): { readonly pads: readonly number[]; readonly autoPad: string } {
  if (padding === 'same') return { pads: [0, 0, 0, 0], autoPad: 'SAME_UPPER' };
  const pads: unknown = padding === 'valid' ? 0 : padding;
  const sides: readonly unknown[] = Array.isArray(pads) ? (pads as readonly unknown[]) : [pads, pads, pads, pads];
  if (sides.length !== 4) {
    const expected = 'same, valid, a number, or [top, left, bottom, right]';
    throw new ArgumentError('the padding makes no sense', { expected, got: shown(padding) });
  }
  return { pads: sides.map((side) => checkWhole('the padding', side, 0, MAX_IMAGE_SIDE)), autoPad: 'NOTSET' };
}

export function checkCount(what: string, count: number): number {
  return checkWhole(what, count, 1, MAX_CHANNELS_TRAINED);
}

export function checkShare(what: string, share: number): number {
  return checkNumber(what, share, { least: 0, below: 1 });
}
