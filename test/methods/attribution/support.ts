import type { Backend } from '../../../src/engine/backend.ts';
import { Model, type Sample } from '../../../src/engine/model.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { riseMask } from '../../../src/methods/attribution/rise.ts';
import { blankPicture } from '../../../src/models/picture.ts';
import { float32 } from '../../../src/tensor/tensor.ts';
import { Layers } from '../../support/nets.ts';
import { dot } from '../../support/numbers.ts';
import { Random } from '../../support/random.ts';

export const SIDE = 32;

/** A network of two convolutions and a max-pool whose head is a mean and a product. */
export function linearHeadGraph(mean: 'reduce' | 'average-pool' = 'reduce'): Graph {
  const layers = new Layers();
  const image = layers.image(SIDE);
  const halved = layers.maxPool(layers.convRelu(image, 6, 3, { stride: 2, pad: 1 }), 3, { stride: 2 });
  const maps = layers.convRelu(halved, 8, 3, { pad: 1 });
  const pooled = (): string => {
    const side = layers.builder.value(maps).shape[2]!;
    const window = { kernel: [side, side], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0], autoPad: 'NOTSET' };
    return layers.flat(
      layers.builder.add('average-pool', [maps], { ...window, ceilMode: false, countIncludePad: false }),
    );
  };
  const scores = layers.full(mean === 'reduce' ? layers.average(maps) : pooled(), 4);
  return layers.builder.build('linear head', [scores]);
}

/** A convolution, batch normalisation, a mean and a product. */
export function normalisedGraph(): Graph {
  const layers = new Layers();
  const { builder } = layers;
  const features = layers.conv(layers.image(SIDE), 4, 3, { stride: 2, pad: 1 });
  const statistics = [
    [1, 0.5, 2, 1],
    [0.3, -0.2, 0.5, 1],
    [0.1, 0.2, -0.4, 0.2],
    [1, 2, 0.5, 1],
  ].map((values, i) => builder.constant(`statistics ${i}`, float32([4], values)));
  const maps = layers.relu(builder.add('batch-norm', [features, ...statistics], { epsilon: 1e-5 }));
  return builder.build('normalised', [layers.full(layers.average(maps), 4)]);
}

/** {@link linearHeadGraph} with nothing but zeros as weights: whatever it is shown, it says the same. */
export function constantGraph(): Graph {
  const graph = linearHeadGraph();
  const constants = [...graph.constants].map(
    ([name, value]) => [name, value.shape.length > 1 ? { ...value, data: value.data.map(() => 0) } : value] as const,
  );
  return { ...graph, constants: new Map(constants) };
}

export function modelOf(graph: Graph, backend: Backend): Model {
  const preprocessing = {
    channels: 'RGB',
    mean: [128, 128, 128],
    std: [64, 64, 64],
    height: SIDE,
    width: SIDE,
    resize: 'stretch',
  } as const;
  return new Model({ name: graph.name, graph, backend, preprocessing });
}

export function sampleOf(seed: number): Sample {
  const input = new Random(seed).tensor([1, 3, SIDE, SIDE]);
  return { crop: blankPicture(SIDE, SIDE), placement: { scaleX: 1, scaleY: 1, x: 0, y: 0 }, input };
}

/** The last layer with feature maps of {@link linearHeadGraph}. */
export function lastMaps(model: Model): string {
  return model.layers.findLast(({ op, shape }) => op === 'relu' && shape.length === 4)!.name;
}

/** The mean of the masks of RISE, weighted. */
export function meanOfMasks(count: number, weightOf: (k: number) => number): Float64Array {
  const mean = new Float64Array(SIDE ** 2);
  for (let k = 0; k < count; k++)
    riseMask([SIDE, SIDE], { cells: 7, seen: 0.5, stream: k }).forEach((value, i) => {
      mean[i]! += (weightOf(k) * value) / (count * 0.5);
    });
  return mean;
}

export function sumOf(data: ArrayLike<number>): number {
  return dot(data, new Uint8Array(data.length).fill(1));
}
