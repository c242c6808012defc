import { Model } from '../../engine/model.ts';
import { randomise, weightedNodes, type Draw } from '../../graph/randomise.ts';
import { withoutLastActivation } from '../../graph/without-last-activation.ts';
import type { Graph } from '../../ir/graph.ts';
import { uniformAt } from '../attribution/parts/noise.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { float32, type Tensor } from '../../tensor/tensor.ts';
import { streamOf } from './measure.ts';

/**
 * A network of another graph with the same classes, layers and preprocessing, on the same backend. Whoever asks disposes of it. The
 * two answers of a network that says yes or no are two values in it.
 */
export function derived(model: Model, graph: Graph, logits: string = model.logits): Model {
  const { name, backend, preprocessing, labels, layers, head } = model;
  return new Model({
    name,
    graph,
    backend,
    preprocessing,
    labels,
    layers: Object.fromEntries(
      layers.filter((layer) => graph.values.has(layer.tensor)).map((layer) => [layer.name, layer.tensor]),
    ),
    logits,
    head: head.kind === 'yes-or-no' ? 'values' : head.kind,
  });
}

/** The network whose scores are those before a last ReLU, which would silence classes. */
export function withLinearScores(model: Model): Model {
  const { graph, scores } = withoutLastActivation(model.graph, model.logits);
  return derived(model, graph, scores);
}

/** A layer with weights. */
export interface WeightedLayer {
  /** As readers name it. */
  readonly name: string;
  readonly node: string;
}

/** Those of a network, the first that runs first. */
export function weightedLayers({ graph, layers }: Model): readonly WeightedLayer[] {
  const readable = new Map(layers.map(({ tensor, name }) => [tensor, name]));
  return weightedNodes(graph).map(({ name, outputs }) => ({ name: readable.get(outputs[0]!) ?? name, node: name }));
}

/** The network with the weights of some layers drawn anew, by {@link uniformWeights} with the seed 0 by default. */
export function randomised(model: Model, layers: readonly WeightedLayer[], draw: Draw = uniformWeights(0)): Model {
  return derived(
    model,
    randomise(
      model.graph,
      layers.map(({ node }) => node),
      draw,
    ),
  );
}

/** Streams of each hundred of layers: weights, and biases a hundred on. */
const STREAM = 6000;
const HUNDRED = 1000;

/**
 * Uniform between ±1/√(products of an output), weights and biases alike, as PyTorch starts its layers; one stream for each layer. Of one
 * network: what was drawn once is kept, so that each step of a cascade draws, and uploads, no more than a layer.
 */
export function uniformWeights(seed: number): Draw {
  const known = new Map<string, Tensor>();
  return ({ layer, part, shape, fanIn }) => {
    const key = `${layer} ${part} ${fanIn} ${shape.join('×')}`;
    const base = STREAM + HUNDRED * Math.floor(layer / 100) + (layer % 100) + (part === 'bias' ? 100 : 0);
    const stream = streamOf(base, seed);
    const draw = (_: unknown, i: number): number => (2 * uniformAt(stream, i) - 1) / Math.sqrt(fanIn);
    const drawn = known.get(key) ?? float32(shape, Float32Array.from({ length: sizeOf(shape) }, draw));
    known.set(key, drawn);
    return drawn;
  };
}
