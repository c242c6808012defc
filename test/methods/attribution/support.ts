import type { Backend } from '../../../src/engine/backend.ts';
import { Model, type Sample } from '../../../src/engine/model.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { blankPicture } from '../../../src/models/picture.ts';
import { Layers } from '../../support/nets.ts';
import { Random } from '../../support/random.ts';

export const SIDE = 32;

/** A network of two convolutions and a max-pool whose head is a mean and a product; `scale` multiplies the weights. */
export function linearHeadGraph(): Graph {
  const layers = new Layers();
  const image = layers.image(SIDE);
  const pooled = layers.maxPool(layers.convRelu(image, 6, 3, { stride: 2, pad: 1 }), 3, { stride: 2 });
  const maps = layers.convRelu(pooled, 8, 3, { pad: 1 });
  const scores = layers.full(layers.average(maps), 4);
  return layers.builder.build('linear head', [scores]);
}

/** The same with nothing but zeros as weights: whatever it is shown, it says the same. */
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
