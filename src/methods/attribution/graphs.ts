import { RULES } from '../../graph/differentiate.ts';
import { copy, rewrite } from '../../graph/rewrite.ts';
import type { GraphBuilder } from '../../ir/builder.ts';
import type { Graph } from '../../ir/graph.ts';
import type { Rules } from '../../ir/op.ts';
import { graphBuilder } from '../../ops/registry.ts';
import { backwardGraph } from '../parts/backward-graph.ts';
import type { Reduction } from './saliency.ts';

/** The methods that are one graph: the picture goes in, the map comes out. */
export type GraphMethodName = 'gradient' | 'saliency' | 'guided-backprop' | 'deconvnet' | 'grad-cam';

/** What a method's last nodes are made from. */
export interface Arrived {
  /** The signal that arrived, [1, c, h, w]. */
  readonly signal: string;
  /** What it arrived at: the network's input, or the activations of a layer. */
  readonly at: string;
  readonly reduction: Reduction;
}

/** A method as a graph: a signal is sent back under rules, and its map is made of what arrives. */
export interface GraphMethod {
  /** Where the signal ends. */
  readonly to: 'input' | 'layer';
  readonly rules: Rules;
  /** What the map is, for whoever opens the file. */
  readonly says: string;
  /** Appends the nodes that make the map [1, c, h, w] or [1, 1, h, w]. */
  map(builder: GraphBuilder, arrived: Arrived): string;
}

const asItIs: GraphMethod['map'] = (_, { signal }) => signal;

export const graphMethods: Readonly<Record<GraphMethodName, GraphMethod>> = {
  gradient: {
    to: 'input',
    rules: RULES.gradient,
    says: 'Gradient of the target with respect to the input (Simonyan et al. 2014, §3).',
    map: asItIs,
  },
  saliency: {
    to: 'input',
    rules: RULES.gradient,
    says: 'Saliency: the magnitude of the gradient at each pixel (Simonyan et al. 2014, §3.1).',
    map: (builder, { signal, reduction }) => reduced(builder, signal, reduction),
  },
  'guided-backprop': {
    to: 'input',
    rules: RULES.guided,
    says: 'Guided backpropagation of the target to the input (Springenberg et al. 2015, §3).',
    map: asItIs,
  },
  deconvnet: {
    to: 'input',
    rules: RULES.deconvnet,
    says: 'Deconvnet: the target projected back through the switches of the pools (Zeiler & Fergus 2014, §2.1).',
    map: asItIs,
  },
  'grad-cam': {
    to: 'layer',
    rules: RULES.gradient,
    says: 'Grad-CAM of a layer (Selvaraju et al. 2017, eq. 1 and 2).',
    map: (builder, { signal, at }) => gradCam(builder, at, signal),
  },
};

/** max, Σ or √Σ² of the magnitudes over the channels: [1, c, h, w] → [1, 1, h, w], as `reduceChannels` does of a map. */
function reduced(builder: GraphBuilder, map: string, reduction: Reduction): string {
  const over = (mode: 'max' | 'sum', of: string): string =>
    builder.add('reduce', [of], { mode, axes: [1], keepdims: true });
  if (reduction === 'l2') return builder.add('sqrt', [over('sum', builder.add('mul', [map, map]))]);
  return over(reduction, builder.add('abs', [map]));
}

/**
 * Appends the map of Grad-CAM: activations A [1, c, h, w] and the gradient of the target with respect to them → [1, 1, h, w],
 * max(Σ_c α_c·A_c, 0) with α_c the mean of the gradient over the places of channel c (Selvaraju et al. 2017, eq. 1 and 2).
 */
export function gradCam(builder: GraphBuilder, activations: string, gradient: string): string {
  const weights = builder.add('reduce', [gradient], { mode: 'mean', axes: [2, 3], keepdims: true });
  const weighted = builder.add('mul', [activations, weights]);
  return builder.add('relu', [builder.add('reduce', [weighted], { mode: 'sum', axes: [1], keepdims: true })]);
}

/** What {@link attributionGraph} needs to know of what is explained. */
export interface GraphGoal {
  /** Tensor whose units are explained. */
  readonly of: string;
  /** Tensor that the map is over. */
  readonly to: string;
  readonly reduction: Reduction;
  /** Further outputs. */
  readonly also: readonly string[];
  /** Appends the signal that the backward pass starts from, of the shape of `of`, given where that is. */
  readonly seed: (builder: GraphBuilder, of: string) => string;
}

/** A method on a network as one graph, whose outputs are the map and `also`, in this order. */
export function attributionGraph(
  network: Graph,
  { rules, map }: GraphMethod,
  { of, to, reduction, also, seed }: GraphGoal,
): Graph {
  const kept = [...new Set([of, to, ...also])];
  const backward = backwardGraph(network, of, to, rules, kept);
  let start: string | undefined;
  const filled = rewrite(backward.graph, (node, inputs, { builder, nameOf }) => {
    if (!inputs.includes(backward.seed)) return undefined;
    start ??= seed(builder, nameOf(of));
    return copy(
      builder,
      node,
      inputs.map((input) => (input === backward.seed ? start! : input)),
    );
  });
  const [signal, ...places] = filled.outputs as [string, ...string[]];
  const placeOf = (tensor: string): string => places[kept.indexOf(tensor)]!;
  const builder = graphBuilder(filled);
  const made = map(builder, { signal, at: placeOf(to), reduction });
  return builder.build(network.name, [made, ...also.map(placeOf)]);
}
