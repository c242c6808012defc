import type { GraphBuilder } from '../../src/ir/builder.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { graphBuilder } from './ops.ts';
import { float32, type Tensor } from '../../src/tensor/tensor.ts';
import { sizeOf, type Shape } from '../../src/tensor/shape.ts';
import { Random } from './random.ts';

export interface NetOptions {
  /** Divides the number of channels of every layer. */
  readonly divisor?: number;
  /** Side of the picture, px. */
  readonly side?: number;
  readonly classes?: number;
  /** `none`: the weights are inputs of the graph without numbers, for questions that shapes can answer. */
  readonly weights?: 'random' | 'none';
}

interface Windows {
  readonly stride?: number;
  readonly pad?: number;
  readonly dilation?: number;
  readonly group?: number;
  readonly ceil?: boolean;
}

type Net = (options?: NetOptions) => Graph;

/** Adds layers as the papers draw them. Weights are random with the variance of He et al. 2015, the same in every run. */
export class Layers {
  readonly builder: GraphBuilder = graphBuilder();
  readonly #divisor: number;
  readonly #random: Random | undefined;

  constructor({ divisor = 1, weights = 'random' }: NetOptions = {}) {
    this.#divisor = divisor;
    this.#random = weights === 'random' ? new Random(1) : undefined;
  }

  image(side: number): string {
    return this.builder.input('image', 'float32', [1, 3, side, side]);
  }

  conv(x: string, filters: number, kernel: number, windows: Windows = {}): string {
    return this.#filter(x, this.#width(filters), kernel, windows);
  }

  /** Every channel has a filter of its own. */
  depthwise(x: string, kernel: number, windows: Windows = {}): string {
    const channels = this.#shape(x)[1]!;
    return this.#filter(x, channels, kernel, { ...windows, group: channels });
  }

  relu(x: string): string {
    return this.builder.add('relu', [x]);
  }

  relu6(x: string): string {
    return this.builder.add('clip', [x], { min: 0, max: 6 });
  }

  convRelu(x: string, filters: number, kernel: number, windows: Windows = {}): string {
    return this.relu(this.conv(x, filters, kernel, windows));
  }

  maxPool(x: string, kernel: number, { stride = 1, pad = 0, ceil = false }: Windows = {}): string {
    return this.builder.add('max-pool', [x], {
      kernel: [kernel, kernel],
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
      dilations: [1, 1],
      autoPad: 'NOTSET',
      ceilMode: ceil,
      global: false,
    });
  }

  average(x: string): string {
    return this.flat(this.builder.add('reduce', [x], { mode: 'mean', axes: [2, 3], keepdims: true }));
  }

  concat(...parts: string[]): string {
    return this.builder.add('concat', parts, { axis: 1 });
  }

  add(a: string, b: string): string {
    return this.builder.add('add', [a, b]);
  }

  flat(x: string): string {
    return this.builder.add('reshape', [x], { shape: [0, -1], allowZero: false });
  }

  /** Fully connected to a number of units that the divisor does not change. */
  full(x: string, units: number): string {
    const inputs = [x, this.#weights([units, this.#shape(x)[1]!]), this.#bias(units)];
    return this.builder.add('gemm', inputs, { alpha: 1, beta: 1, transA: false, transB: true });
  }

  hidden(x: string, units: number): string {
    return this.relu(this.full(x, this.#width(units)));
  }

  #filter(x: string, k: number, kernel: number, windows: Windows): string {
    const { stride = 1, pad = 0, dilation = 1, group = 1 } = windows;
    const inputs = [x, this.#weights([k, this.#shape(x)[1]! / group, kernel, kernel]), this.#bias(k)];
    return this.builder.add('conv2d', inputs, {
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
      dilations: [dilation, dilation],
      autoPad: 'NOTSET',
      group,
    });
  }

  #width(channels: number): number {
    return Math.max(Math.round(channels / this.#divisor), 1);
  }

  #shape(x: string): Shape {
    return this.builder.value(x).shape;
  }

  /** Uniform between ±√(6 / terms of a sum). */
  #weights(shape: Shape): string {
    const [, ...rest] = shape;
    return this.#constant(shape, Math.sqrt(6 / sizeOf(rest)));
  }

  #bias(k: number): string {
    return this.#constant([k], 0.1);
  }

  #constant(shape: Shape, limit: number): string {
    const random = this.#random;
    if (!random) return this.builder.input('weights', 'float32', shape);
    const data = new Float32Array(sizeOf(shape));
    for (let i = 0; i < data.length; i++) data[i] = limit * (2 * random.next() - 1);
    const weights: Tensor = float32(shape, data);
    return this.builder.constant('weights', weights);
  }
}

function net(name: string, side: number, draw: (layers: Layers, image: string, classes: number) => string): Net {
  return (options = {}) => {
    const layers = new Layers(options);
    const logits = draw(layers, layers.image(options.side ?? side), options.classes ?? 1000);
    return layers.builder.build(name, [logits]);
  };
}

/** `M` is a max-pool of 2×2. */
function vgg(name: string, plan: readonly (number | 'M')[]): Net {
  return net(name, 224, (layers, image, classes) => {
    let x = image;
    for (const step of plan) {
      x = step === 'M' ? layers.maxPool(x, 2, { stride: 2 }) : layers.convRelu(x, step, 3, { pad: 1 });
    }
    return layers.full(layers.hidden(layers.hidden(layers.flat(x), 4096), 4096), classes);
  });
}

/** Parallel 1×1, 3×3, 5×5 and pooled branches (Szegedy et al. 2015, fig. 2b). */
function inception(
  layers: Layers,
  x: string,
  widths: readonly [number, number, number, number, number, number],
): string {
  const [ones, reduce3, threes, reduce5, fives, pooled] = widths;
  return layers.concat(
    layers.convRelu(x, ones, 1),
    layers.convRelu(layers.convRelu(x, reduce3, 1), threes, 3, { pad: 1 }),
    layers.convRelu(layers.convRelu(x, reduce5, 1), fives, 5, { pad: 2 }),
    layers.convRelu(layers.maxPool(x, 3, { pad: 1 }), pooled, 1),
  );
}

/** Two 3×3 convolutions beside the identity, or beside a projection where the size changes (He et al. 2016). */
function residual(layers: Layers, x: string, filters: number, stride: number, project: boolean): string {
  const inner = layers.convRelu(x, filters, 3, { stride, pad: 1 });
  const shortcut = project ? layers.conv(x, filters, 1, { stride }) : x;
  return layers.relu(layers.add(layers.conv(inner, filters, 3, { pad: 1 }), shortcut));
}

/** Channels are widened, filtered each for itself, and narrowed again without a ReLU (Sandler et al. 2018). */
function inverted(
  layers: Layers,
  x: string,
  [from, to]: readonly [number, number],
  factor: number,
  stride: number,
): string {
  const wide = factor === 1 ? x : layers.relu6(layers.conv(x, factor * from, 1));
  const narrow = layers.conv(layers.relu6(layers.depthwise(wide, 3, { stride, pad: 1 })), to, 1);
  return stride === 1 && from === to ? layers.add(narrow, x) : narrow;
}

/** Of MobileNetV2: widening factor, channels, blocks, stride of the first. */
const INVERTED = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/** Well-known networks, as graphs with an input `image` [1, 3, side, side] whose output are the logits [1, classes]. */
export const NETS: Readonly<Record<'alexnet' | 'vgg11' | 'vgg16' | 'resnet18' | 'googlenet' | 'mobilenetv2', Net>> = {
  alexnet: net('AlexNet', 224, (layers, image, classes) => {
    let x = layers.maxPool(layers.convRelu(image, 64, 11, { stride: 4, pad: 2 }), 3, { stride: 2 });
    x = layers.maxPool(layers.convRelu(x, 192, 5, { pad: 2 }), 3, { stride: 2 });
    for (const filters of [384, 256, 256]) x = layers.convRelu(x, filters, 3, { pad: 1 });
    const codes = layers.flat(layers.maxPool(x, 3, { stride: 2 }));
    return layers.full(layers.hidden(layers.hidden(codes, 4096), 4096), classes);
  }),
  vgg11: vgg('VGG-11', [64, 'M', 128, 'M', 256, 256, 'M', 512, 512, 'M', 512, 512, 'M']),
  vgg16: vgg('VGG-16', [64, 64, 'M', 128, 128, 'M', 256, 256, 256, 'M', 512, 512, 512, 'M', 512, 512, 512, 'M']),
  resnet18: net('ResNet-18', 224, (layers, image, classes) => {
    let x = layers.maxPool(layers.convRelu(image, 64, 7, { stride: 2, pad: 3 }), 3, { stride: 2, pad: 1 });
    for (const [i, filters] of [64, 128, 256, 512].entries()) {
      x = residual(layers, x, filters, i === 0 ? 1 : 2, i > 0);
      x = residual(layers, x, filters, 1, false);
    }
    return layers.full(layers.average(x), classes);
  }),
  googlenet: net('GoogLeNet', 224, (layers, image, classes) => {
    const half = { stride: 2, ceil: true };
    let x = layers.maxPool(layers.convRelu(image, 64, 7, { stride: 2, pad: 3 }), 3, half);
    x = layers.maxPool(layers.convRelu(layers.convRelu(x, 64, 1), 192, 3, { pad: 1 }), 3, half);
    x = inception(layers, x, [64, 96, 128, 16, 32, 32]);
    x = layers.maxPool(inception(layers, x, [128, 128, 192, 32, 96, 64]), 3, half);
    x = inception(layers, x, [192, 96, 208, 16, 48, 64]);
    x = inception(layers, x, [160, 112, 224, 24, 64, 64]);
    x = inception(layers, x, [128, 128, 256, 24, 64, 64]);
    x = inception(layers, x, [112, 144, 288, 32, 64, 64]);
    x = layers.maxPool(inception(layers, x, [256, 160, 320, 32, 128, 128]), 2, half);
    x = inception(layers, x, [256, 160, 320, 32, 128, 128]);
    x = inception(layers, x, [384, 192, 384, 48, 128, 128]);
    return layers.full(layers.average(x), classes);
  }),
  mobilenetv2: net('MobileNetV2', 224, (layers, image, classes) => {
    let from = 32;
    let x = layers.relu6(layers.conv(image, from, 3, { stride: 2, pad: 1 }));
    for (const [factor, to, blocks, stride] of INVERTED) {
      for (let i = 0; i < blocks; i++) {
        x = inverted(layers, x, [from, to], factor, i === 0 ? stride : 1);
        from = to;
      }
    }
    return layers.full(layers.average(layers.relu6(layers.conv(x, 1280, 1))), classes);
  }),
};
