import type { Model } from '../engine/model.ts';
import { ArgumentError } from '../errors.ts';
import type { Layer } from '../graph/layers.ts';
import { unfolded } from '../graph/unfolded.ts';
import type { Graph, Node } from '../ir/graph.ts';
import type { ChannelOrder } from '../models/manifest.ts';
import { opOf } from '../ops/registry.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** The filters of a convolution, as they are in the network's file. */
export interface Filters {
  readonly layer: string;
  /** [filters, channels, height, width]: `channels` are those of a group. */
  readonly weights: Tensor;
  /** Filters look at this many separate groups of channels: the first ones at the first group, and so on. */
  readonly group: number;
  /** ‖w‖ of each. */
  readonly norms: readonly number[];
  /** Where they look at the picture itself, a plane of a filter at a plane of the input: which, and what it was divided by. */
  readonly planes: { readonly order: ChannelOrder; readonly std: readonly number[] } | undefined;
  /** The network scales the picture itself before they look at it. */
  readonly scaled: boolean;
  /** A batch normalisation scales each when the network runs, which these numbers are without. */
  readonly normalised: boolean;
  /** What a reader should know of the choice of this convolution. */
  readonly notes: readonly string[];
  readonly ms: number;
}

/** The layers that have filters, in order. */
export function filterLayers({ graph, layers }: Model): readonly Layer[] {
  const makers = new Map(graph.nodes.map((node) => [node.outputs[0]!, node]));
  return layers.filter(({ tensor }) => hasFilters(graph, makers.get(tensor)!));
}

/**
 * The filters that a layer is made with: its own, or those of the nearest convolution before it; of the first convolution
 * of the network by default. Throws ArgumentError where there are none.
 */
export function filters(model: Model, layer?: string): Filters {
  const began = performance.now();
  const known = filterLayers(model);
  if (known.length === 0) throw new ArgumentError('the network has no convolution', { where: model.name });
  const tensors = layer === undefined ? [known[0]!.tensor] : convolutionsBehind(model.graph, model.resolve(layer).name);
  const [found, ...others] = known.filter(({ tensor }) => tensors.includes(tensor));
  if (!found) {
    const expected = `one of ${known.length} layers such as "${known[0]!.name}"`;
    throw new ArgumentError(`layer "${layer!}" is not made by a convolution`, { expected });
  }
  const node = model.graph.nodes.find(({ outputs }) => outputs[0] === found.tensor)!;
  const running = model.graph.constants.get(node.inputs[1]!)!;
  const weights = unfolded.get(running) ?? running;
  const group = node.attributes['group'] as number;
  const { channels: order, std } = model.preprocessing;
  const { tensor: origin, scaled } = pictureBehind(model.graph, node.inputs[0]!);
  const looksAtPicture = group === 1 && origin === model.input.name;
  return {
    layer: found.name,
    weights,
    group,
    norms: normsOf(weights),
    planes: looksAtPicture && std.length === weights.shape[1] ? { order, std } : undefined,
    scaled,
    normalised: weights !== running,
    notes: others.length > 0 ? [`${layer!} is made by ${others.map(({ name }) => name).join(' and ')} too.`] : [],
    ms: performance.now() - began,
  };
}

function hasFilters({ constants }: Graph, { op, inputs }: Node): boolean {
  return opOf(op).product === 'convolution' && constants.has(inputs[1]!);
}

/** Outputs of the convolutions that are nearest on each way back from a tensor. */
function convolutionsBehind(graph: Graph, tensor: string): readonly string[] {
  const found: string[] = [];
  const wanted = new Set([tensor]);
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => wanted.has(output))) continue;
    if (hasFilters(graph, node)) found.push(node.outputs[0]!);
    // What lies before another product with weights did not make a layer behind it.
    else if (!opOf(node.op).product) for (const input of node.inputs) wanted.add(input);
  }
  return found;
}

/** The tensor behind what adds a border or does the same to all colours: the picture, where nothing else is done to it first. */
function pictureBehind(
  graph: Graph,
  tensor: string,
  scaled: boolean = false,
): { readonly tensor: string; readonly scaled: boolean } {
  const node = graph.nodes.find(({ outputs }) => outputs.includes(tensor));
  if (!node) return { tensor, scaled };
  const { zeroBorder, pointwise } = opOf(node.op);
  const [varying, another] = node.inputs.filter((name) => !graph.constants.has(name));
  const isAlike = ([first, ...others]: ArrayLike<number> & Iterable<number>): boolean =>
    others.every((n) => n === first);
  const scales =
    pointwise === 'arithmetic' && node.inputs.every((name) => isAlike(graph.constants.get(name)?.data ?? []));
  const passes = varying !== undefined && another === undefined && (zeroBorder ?? scales);
  return passes ? pictureBehind(graph, varying, scaled || !zeroBorder) : { tensor, scaled };
}

function normsOf({ shape, data }: Tensor): number[] {
  const size = data.length / shape[0]!;
  return Array.from({ length: shape[0]! }, (_, k) => {
    let sum = 0;
    for (let i = k * size; i < (k + 1) * size; i++) sum += data[i]! ** 2;
    return Math.sqrt(sum);
  });
}
