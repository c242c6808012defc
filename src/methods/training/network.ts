import type { GraphBuilder } from '../../ir/builder.ts';
import type { Graph } from '../../ir/graph.ts';
import { graphBuilder } from '../../ops/registry.ts';
import type { Shape } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** Numbers by name, such as `conv1.weight`. */
export type Weights = Readonly<Record<string, Tensor>>;

/** Where a network is appended. */
export interface Site {
  readonly builder: GraphBuilder;
  /** Tensor of pictures [n, c, h, w]. */
  readonly x: string;
  /** The tensor of a parameter or buffer. */
  readonly tensor: (name: string) => string;
  /** What only training has: the number of the step, a scalar, and the seed of its chance. Absent in evaluation. */
  readonly training?: { readonly step: string; readonly seed: number };
}

/** What became of a network where it was appended. */
export interface Appended {
  /** [n, outputs] */
  readonly y: string;
  /** Layer → tensor of what it makes, in order. */
  readonly layers: ReadonlyMap<string, string>;
  /** Buffer → tensor that it becomes; in training only. */
  readonly next: ReadonlyMap<string, string>;
}

/** A network whose weights can be learned. */
export interface Network {
  /** What a picture is: [c, h, w]. */
  readonly input: Shape;
  /** Numbers that it makes of each picture. */
  readonly outputs: number;
  /** The first values of what is learned. */
  readonly parameters: Weights;
  /** The first values of what it keeps count of meanwhile: running means and variances. */
  readonly buffers: Weights;
  /** The same with other first values from another seed; itself where they are given by a file. */
  readonly withSeed: (seed: number) => Network;
  readonly append: (site: Site) => Appended;
}

/**
 * A network with these weights as a graph: `images` [batch, c, h, w] → `scores` [batch, outputs]; its layers keep their names.
 * It is in evaluation: normalised by running statistics, without dropout. Run it, look into it with a Model, or write it with
 * `toOnnx`.
 */
export function graphOf(
  network: Network,
  weights: Weights,
  { batch = 1, name = 'trained', weights: as = 'constants' }: GraphOptions = {},
): Graph {
  const builder = graphBuilder();
  const x = builder.input('images', 'float32', [batch, ...network.input]);
  const put = (key: string, value: Tensor): string =>
    as === 'inputs' ? builder.input(key, 'float32', value.shape) : builder.constant(key, value);
  const tensors = new Map(Object.entries(weights).map(([key, value]) => [key, put(key, value)]));
  const { y, layers } = network.append({ builder, x, tensor: (key) => tensors.get(key)! });
  for (const [layer, tensor] of layers) if (!builder.has(layer)) builder.alias(layer, { tensor });
  return builder.build(name, [y]);
}

export interface GraphOptions {
  /** Pictures at once; 1 by default. */
  readonly batch?: number;
  readonly name?: string;
  /** `inputs` are given to each run: what is to be run while the weights change is compiled once. `constants` by default. */
  readonly weights?: 'constants' | 'inputs';
}
