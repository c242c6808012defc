import type { Model, SampleSource } from '../../engine/model.ts';
import { ArgumentError } from '../../errors.ts';
import { makersOf } from '../../graph/tensors.ts';
import type { Graph, Node } from '../../ir/graph.ts';
import { contextOf } from '../../ir/builder.ts';
import { opOf } from '../../ops/registry.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { float32 } from '../../tensor/tensor.ts';
import { backpropagate } from '../parts/backpropagate.ts';
import { isSpatial } from '../parts/spatial.ts';
import { finishMap, layerMaps, weightedMaps, type CamOptions, type LayerAttribution } from './parts/cam.ts';
import { begin } from './parts/job.ts';
import { isSum } from './parts/rule-tables.ts';

/**
 * CAM, class activation mapping: the feature maps in front of the head, weighted as the class weights their means (Zhou et al. 2016, §2).
 * It assumes that the head is a mean over all positions and one product, in either order, as in GoogLeNet, ResNet and SqueezeNet; what
 * rectifies the scores of the positions, as in SqueezeNet, it leaves out. Of such heads Grad-CAM gives the same, divided by the number
 * of positions. Throws ArgumentError for other heads.
 */
export async function cam(
  model: Model,
  picture: SampleSource,
  { signed, ...options }: Omit<CamOptions, 'layer'> = {},
): Promise<LayerAttribution> {
  const job = await begin(model, picture, options);
  const { goal, signal } = job;
  const head = goal.tensor === model.logits ? linearHead(model.graph, model.logits) : undefined;
  if (!head) {
    throw new ArgumentError('class activation mapping needs another head', {
      where: model.name,
      expected: 'scores of classes, made of the last feature maps by a mean over all positions and one product',
      got: goal.description,
      remedy: 'Use Grad-CAM, which gives the same where both are defined.',
    });
  }
  const maps = await layerMaps(job, head.maps);
  // The weights of the class are the gradient of the product, whatever the activations: at one position of many the same.
  const { name, shape } = model.graph.values.get(head.product.outputs[0]!)!;
  const positions = sizeOf(shape) / sizeOf(goal.seed.shape);
  const start = float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => goal.seed.data[Math.floor(i / positions)]!),
  );
  const weights = await backpropagate(model, job.sample, {
    from: { layer: name },
    start,
    to: head.product.inputs[0]!,
    signal,
  });
  job.passes += weights.passes;
  const { data } = weights.map;
  const each = data.length / maps.channels;
  const notes = head.rectified ? ['The network rectifies the scores of the positions; the map leaves that out.'] : [];
  return finishMap(
    job,
    'cam',
    maps,
    weightedMaps(maps, (k) => data[k * each]!),
    { signed, notes },
  );
}

/** A head of which the scores are a mean and one product of feature maps. */
interface LinearHead {
  /** Tensor of the feature maps. */
  readonly maps: string;
  readonly product: Node;
  /** Whether scores pass an activation function at each position. */
  readonly rectified: boolean;
}

function linearHead(graph: Graph, logits: string): LinearHead | undefined {
  const makers = makersOf(graph);
  let product: Node | undefined;
  let averaged = false;
  let rectified = false;
  for (let at = logits; ;) {
    const value = graph.values.get(at)!;
    if (product && averaged && isSpatial(value)) return { maps: at, product, rectified };
    const node = makers.get(at);
    const varying = node?.inputs.filter((name) => name !== '' && !graph.constants.has(name));
    if (!node || varying?.length !== 1) return undefined;
    const traits = opOf(node.op);
    const context = contextOf(node, graph.values);
    if (traits.product) {
      // Each position for itself, or one vector
      const weights = graph.values.get(node.inputs[1]!)!.shape;
      const wide = traits.product !== 'matrix' && weights.slice(2).some((size) => size > 1);
      if (product || wide) return undefined;
      product = node;
    } else if (!averaged && isSum(traits) && !isSpatial(value)) averaged = true;
    else if (traits.activation && !averaged) return undefined;
    else if (traits.activation && !product) rectified = true;
    else if (!traits.view && !traits.isIdentity?.(context) && traits.tail !== 'residual') return undefined;
    at = varying[0]!;
  }
}
