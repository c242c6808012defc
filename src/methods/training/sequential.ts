import { checkList, checkNumber, checkText, checkWhole, shown } from '../../check.ts';
import { ArgumentError, ShapeError } from '../../errors.ts';
import type { GraphBuilder } from '../../ir/builder.ts';
import type { Attributes } from '../../ir/graph.ts';
import { MAX_IMAGE_SIDE, MAX_TRAINED_LAYERS, SEEDS } from '../../limits.ts';
import { standardise } from '../../ops/norm/standardise.ts';
import { graphBuilder, loadFamilies, type FamilyName } from '../../ops/registry.ts';
import { filled } from '../../tensor/elementwise.ts';
import { normalNumbers, randomNumbers } from '../../tensor/random.ts';
import { formatShape, sizeOf, type Shape } from '../../tensor/shape.ts';
import { float32, type Tensor } from '../../tensor/tensor.ts';
import { mix } from '../parts/arithmetic.ts';
import {
  checkCount,
  checkShare,
  paddingOf,
  pairOf,
  type BatchNormLayer,
  type ConvLayer,
  type DenseLayer,
  type DropoutLayer,
  type Layer,
  type LeakyReluLayer,
  type PoolLayer,
  type PreluLayer,
  type ResidualLayer,
} from './layers.ts';
import type { Appended, Network, Site } from './network.ts';

/** What training appends nodes of. */
export const TRAINING_FAMILIES: readonly FamilyName[] = ['conv', 'functions', 'matmul', 'norm', 'training'];

export interface SequentialOptions {
  /** What a picture is. */
  readonly input: readonly [channels: number, height: number, width: number];
  /** Decides the first weights; 1 by default. */
  readonly seed?: number;
}

/** How the numbers of a parameter begin. */
type Start = { readonly deviation: number } | { readonly fill: number };

/** What layers declare and append, whatever their weights are. */
interface Draft {
  readonly builder: GraphBuilder;
  /** The tensor of a parameter of the layer. */
  readonly parameter: (role: string, shape: Shape, start: Start) => string;
  /** The tensor of a buffer of the layer, and how it goes on. */
  readonly buffer: (role: string, shape: Shape, fill: number) => Buffer;
  readonly training: Site['training'];
  /** Another number each time. */
  readonly stream: () => number;
  /** Appends layers inside of this one. */
  readonly inside: (layers: readonly Layer[], x: string) => string;
}

interface Buffer {
  readonly before: string;
  readonly keep: (tensor: string) => void;
}

/** Appends a layer to x and returns what it makes. */
type Append<L> = (draft: Draft, layer: L, x: string) => string;

/** With it a signal keeps its variance through a layer and a ReLU (He et al. 2015, eq. 10). */
const deviationFor = (inputs: number): Start => ({ deviation: Math.sqrt(2 / inputs) });

const appendConv: Append<ConvLayer> = ({ builder, parameter }, layer, x) => {
  const { filters, kernel, stride = 1, padding = 'same', dilation = 1, groups = 1, bias = true } = layer;
  const channels = channelsOf(builder, x);
  checkCount('the number of filters', filters);
  checkWhole('groups', groups, 1, channels);
  if (channels % groups !== 0 || filters % groups !== 0) {
    const got = `${channels} channels and ${filters} filters in ${groups} groups`;
    throw new ArgumentError('the groups are not equal', { expected: 'a divisor of channels and filters', got });
  }
  const size = pairOf('the kernel', kernel);
  const shape = [filters, channels / groups, ...size];
  const weights = parameter('weight', shape, deviationFor(sizeOf(shape.slice(1))));
  const biases = bias ? [parameter('bias', [filters], { fill: 0 })] : [];
  return builder.add('conv2d', [x, weights, ...biases], {
    strides: pairOf('the stride', stride),
    dilations: pairOf('the dilation', dilation),
    group: groups,
    ...paddingOf(padding),
  });
};

const appendDense: Append<DenseLayer> = ({ builder, parameter }, { units, bias = true }, x) => {
  checkCount('the number of units', units);
  const rows = flattened(builder, x);
  const inputs = builder.value(rows).shape[1]!;
  const weights = parameter('weight', [units, inputs], deviationFor(inputs));
  const biases = bias ? [parameter('bias', [units], { fill: 0 })] : [];
  return builder.add('gemm', [rows, weights, ...biases], { alpha: 1, beta: 1, transA: false, transB: true });
};

/** The variance that is kept is that of what the batch is a sample of: divided by one less. */
const appendBatchNorm: Append<BatchNormLayer> = (draft, { momentum = 0.1, epsilon = 1e-5 }, x) => {
  const { builder, parameter, buffer, training } = draft;
  checkNumber('the momentum', momentum, { least: 0, most: 1 });
  checkNumber('epsilon', epsilon, { above: 0 });
  const { shape } = builder.value(x);
  const [n = 1, channels = 1, ...rest] = shape;
  const scale = parameter('weight', [channels], { fill: 1 });
  const bias = parameter('bias', [channels], { fill: 0 });
  const mean = buffer('mean', [channels], 0);
  const variance = buffer('variance', [channels], 1);
  if (!training) return builder.add('batch-norm', [x, scale, bias, mean.before, variance.before], { epsilon });

  const count = n * sizeOf(rest);
  if (count < 2) {
    const remedy = 'Take larger batches, or leave the normalisation out.';
    throw new ShapeError('one number has no variance', { expected: 'some numbers of each channel', got: '1', remedy });
  }
  const axes = [...shape.keys()].filter((axis) => axis !== 1);
  const own = standardise(builder, x, axes, epsilon, 'normalised');
  const listed = (tensor: string): string => builder.add('reshape', [tensor], { shape: [channels], allowZero: false });
  const spread = (list: string): string =>
    builder.add('reshape', [list], { shape: [channels, ...rest.map(() => 1)], allowZero: false });
  const share = builder.scalar(momentum);
  mean.keep(mix(builder, share, listed(own.mean), mean.before));
  const sample = builder.add('mul', [listed(own.variance), builder.scalar(count / (count - 1))]);
  variance.keep(mix(builder, share, sample, variance.before));
  return builder.add('add', [builder.add('mul', [own.y, spread(scale)]), spread(bias)]);
};

function windowsOf({ size, stride = size, padding = 'valid' }: PoolLayer): Attributes {
  return {
    kernel: pairOf('the size of a window', size),
    strides: pairOf('the stride', stride),
    dilations: [1, 1],
    ceilMode: false,
    ...paddingOf(padding),
  };
}

const appendMaxPool: Append<PoolLayer> = ({ builder }, layer, x) =>
  builder.add('max-pool', [x], { ...windowsOf(layer), global: false });

const appendAveragePool: Append<PoolLayer> = ({ builder }, layer, x) =>
  builder.add('average-pool', [x], { ...windowsOf(layer), countIncludePad: true });

const appendPrelu: Append<PreluLayer> = ({ builder, parameter }, { slope = 0.25 }, x) => {
  checkNumber('the slope', slope);
  const [, channels = 1, ...rest] = builder.value(x).shape;
  const slopes = parameter('slope', [channels], { fill: slope });
  const spread = builder.add('reshape', [slopes], { shape: [channels, ...rest.map(() => 1)], allowZero: false });
  return builder.add('prelu', [x, spread]);
};

const appendDropout: Append<DropoutLayer> = ({ builder, training, stream }, { rate }, x) => {
  checkShare('the rate of dropout', rate);
  if (!training || rate === 0) return x;
  const { shape } = builder.value(x);
  const mask = { shape, rate, seed: training.seed >>> 0, stream: stream() };
  return builder.add('mul', [x, builder.add('random-keep', [training.step], mask)]);
};

/** How each type of layer is appended. */
const LAYERS: { readonly [Type in Layer['type']]: Append<Extract<Layer, { readonly type: Type }>> } = {
  conv: appendConv,
  dense: appendDense,
  batchNorm: appendBatchNorm,
  maxPool: appendMaxPool,
  averagePool: appendAveragePool,
  globalAveragePool: ({ builder }, _, x) => {
    channelsOf(builder, x);
    return builder.add('reduce', [x], { mode: 'mean', axes: [2, 3], keepdims: true });
  },
  relu: ({ builder }, _, x) => builder.add('relu', [x]),
  leakyRelu: ({ builder }, { slope = 0.01 }: LeakyReluLayer, x) =>
    builder.add('leaky-relu', [x], { alpha: checkNumber('the slope', slope) }),
  parametricRelu: appendPrelu,
  sigmoid: ({ builder }, _, x) => builder.add('sigmoid', [x]),
  tanh: ({ builder }, _, x) => builder.add('tanh', [x]),
  dropout: appendDropout,
  flatten: ({ builder }, _, x) => flattened(builder, x),
  residual: ({ builder, inside }, { layers }: ResidualLayer, x) => builder.add('add', [x, inside(layers, x)]),
};

function channelsOf(builder: GraphBuilder, x: string): number {
  const { shape } = builder.value(x);
  if (shape.length === 4) return shape[1]!;
  throw new ShapeError('this layer takes pictures', { expected: 'n×c×h×w', got: formatShape(shape) });
}

function flattened(builder: GraphBuilder, x: string): string {
  return builder.value(x).shape.length === 2
    ? x
    : builder.add('reshape', [x], { shape: [0, sizeOf(builder.value(x).shape.slice(1))], allowZero: false });
}

/** Walks through layers, in one order each time. */
class Walk {
  readonly layers = new Map<string, string>();
  readonly next = new Map<string, string>();
  readonly #site: Omit<Site, 'tensor'>;
  readonly #parameter: (name: string, shape: Shape, start: Start) => string;
  readonly #buffer: (name: string, shape: Shape, fill: number) => string;
  readonly #counts = new Map<string, number>();
  #streams = 0;

  constructor(
    site: Omit<Site, 'tensor'>,
    parameter: (name: string, shape: Shape, start: Start) => string,
    buffer: (name: string, shape: Shape, fill: number) => string,
  ) {
    this.#site = site;
    this.#parameter = parameter;
    this.#buffer = buffer;
  }

  run(layers: readonly Layer[], x: string): string {
    for (const layer of checkList('the list of layers', layers, MAX_TRAINED_LAYERS)) x = this.#append(layer, x);
    return x;
  }

  #append(layer: Layer, x: string): string {
    const given: unknown = layer;
    const type = (given as Partial<Layer> | null | undefined)?.type;
    if (type === undefined || !Object.hasOwn(LAYERS, type)) {
      const got = shown(type ?? given);
      throw new ArgumentError('there is no such layer', { expected: Object.keys(LAYERS).join(', '), got });
    }
    const count = (this.#counts.get(type) ?? 0) + 1;
    this.#counts.set(type, count);
    const name = layer.name === undefined ? `${type}${String(count)}` : checkText('the name of a layer', layer.name);
    if (this.layers.has(name)) throw new ArgumentError('two layers have the same name', { got: shown(name) });
    // Its place in the order is where it begins, since others may be inside of it.
    this.layers.set(name, x);
    const draft: Draft = {
      builder: this.#site.builder,
      training: this.#site.training,
      parameter: (role, shape, start) => this.#parameter(`${name}.${role}`, shape, start),
      buffer: (role, shape, fill) => ({
        before: this.#buffer(`${name}.${role}`, shape, fill),
        keep: (tensor) => this.next.set(`${name}.${role}`, tensor),
      }),
      stream: () => this.#streams++,
      inside: (layers, from) => this.run(layers, from),
    };
    try {
      const y = (LAYERS[type] as Append<Layer>)(draft, layer, x);
      this.layers.set(name, y);
      return y;
    } catch (cause) {
      if (!(cause instanceof ShapeError)) throw cause;
      throw new ShapeError('the layer does not fit what comes before it', {
        where: `layer "${name}"`,
        got: cause.message,
        cause,
      });
    }
  }
}

/**
 * A network of layers, one after the other, with weights drawn from a seed (He et al. 2015): the last must make rows of numbers
 * [n, outputs], as `dense` and `flatten` do. Layers are plain objects, so that a network is JSON.
 *
 *     await sequential([conv(8, 5), relu(), maxPool(2), conv(16, 5), relu(), maxPool(3), dense(10)], { input: [1, 28, 28] })
 *
 * Throws ArgumentError for layers that are none, ShapeError, which names the layer, where one does not fit what comes before it;
 * ModelFetchError where the code of its operations cannot be fetched.
 */
export async function sequential(layers: readonly Layer[], { input, seed = 1 }: SequentialOptions): Promise<Network> {
  for (const size of checkList('input', input, 3)) checkWhole('a size of the input', size, 1, MAX_IMAGE_SIDE);
  checkWhole('seed', seed, ...SEEDS);
  await loadFamilies(TRAINING_FAMILIES);
  return networkOf(layers, input, seed);
}

/** As {@link sequential}, of what else than pictures comes in too: [c, h, w] or [n]. */
export function networkOf(layers: readonly Layer[], input: Shape, seed: number): Network {
  const parameters: Record<string, Tensor> = {};
  const buffers: Record<string, Tensor> = {};
  const builder = graphBuilder();
  const normal = normalNumbers(randomNumbers(seed));
  const declare = (name: string, first: Tensor, list: Record<string, Tensor>): string => {
    list[name] = first;
    return builder.input(name, 'float32', first.shape);
  };
  const walk = new Walk(
    { builder, x: builder.input('images', 'float32', [1, ...input]) },
    (name, shape, start) => {
      const number = 'fill' in start ? (): number => start.fill : (): number => start.deviation * normal();
      return declare(name, float32(shape, filled(sizeOf(shape), number)), parameters);
    },
    (name, shape, fill) =>
      declare(
        name,
        float32(
          shape,
          filled(sizeOf(shape), () => fill),
        ),
        buffers,
      ),
  );
  const { shape } = builder.value(walk.run(layers, 'images'));
  if (shape.length !== 2) {
    throw new ShapeError('the network makes no rows of numbers', {
      expected: 'n×outputs',
      got: formatShape(shape),
      remedy: 'End it with `dense`, or with `flatten`.',
    });
  }
  return {
    input,
    outputs: shape[1]!,
    parameters,
    buffers,
    withSeed: (other) => networkOf(layers, input, other),
    append: (site) => appendLayers(layers, site),
  };
}

function appendLayers(layers: readonly Layer[], site: Site): Appended {
  const walk = new Walk(site, site.tensor, site.tensor);
  const y = walk.run(layers, site.x);
  return { y, layers: walk.layers, next: walk.next };
}
