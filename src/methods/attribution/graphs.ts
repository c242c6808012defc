import { RULES } from '../../graph/differentiate.ts';
import type { GraphBuilder } from '../../ir/builder.ts';
import type { Graph } from '../../ir/graph.ts';
import { graphBuilder } from '../../ops/registry.ts';
import { upsample } from '../../paint/upsample.ts';
import { float32, type Tensor } from '../../tensor/tensor.ts';
import { gradCam, gradCamPlusPlus, hiResCam, layerCam, sumOfChannels, xGradCam } from './cam-graphs.ts';
import type { ExplanationName } from './methods.ts';
import { backwardGraph, type SignalRules } from './parts/backward-graph.ts';
import { EXCITATION } from './parts/excitation-rules.ts';
import { MAP_MAKERS } from './parts/makers.ts';
import type { Reduction } from './saliency.ts';

/** The methods that are one graph: the picture goes in, the map comes out. */
export type GraphMethodName = Extract<
  ExplanationName,
  | keyof typeof MAP_MAKERS
  | 'grad-cam'
  | 'grad-cam++'
  | 'x-grad-cam'
  | 'hires-cam'
  | 'layer-cam'
  | 'guided-grad-cam'
  | 'excitation-backprop'
>;

/** Where a signal is sent. */
type End = 'input' | 'layer';

/** What a method's last nodes are made from. */
export interface Arrived {
  /** The signals, one for each pass, [1, c, h, w]. */
  readonly signals: readonly string[];
  /** The network's input. */
  readonly input: string;
  /** The activations of the layer. */
  readonly layer: string;
  readonly reduction: Reduction;
}

/** A method as a graph: signals are sent back under rules, and its map is made of what arrives. */
export interface GraphMethod {
  readonly passes: readonly ({ readonly to: End } & SignalRules)[];
  /** What the map is over. */
  readonly over: End;
  /** Appends the nodes that make the map [1, c, h, w] or [1, 1, h, w]. */
  map(builder: GraphBuilder, arrived: Arrived): string;
}

/** What is sent back to the input. */
function ofInput(
  name: keyof typeof MAP_MAKERS,
  map: GraphMethod['map'] = (_, { signals }) => signals[0]!,
): GraphMethod {
  return { passes: [{ to: 'input', rules: MAP_MAKERS[name].rules }], over: 'input', map };
}

/** What is made of the activations of a layer and the signal that arrives there. */
function ofLayer(
  map: (builder: GraphBuilder, activations: string, signal: string) => string,
  rules: SignalRules = { rules: RULES.gradient },
): GraphMethod {
  return {
    passes: [{ to: 'layer', ...rules }],
    over: 'layer',
    map: (builder, { signals, layer }) => map(builder, layer, signals[0]!),
  };
}

/** By name. */
export const graphMethods: Readonly<Record<GraphMethodName, GraphMethod>> = {
  gradient: ofInput('gradient'),
  saliency: ofInput('saliency', (builder, { signals, reduction }) => reduced(builder, signals[0]!, reduction)),
  'guided-backprop': ofInput('guided-backprop'),
  deconvnet: ofInput('deconvnet'),
  'input-x-gradient': ofInput('input-x-gradient', (builder, { signals, input }) =>
    builder.add('mul', [signals[0]!, input]),
  ),
  'grad-cam': ofLayer(gradCam),
  'grad-cam++': ofLayer(gradCamPlusPlus),
  'x-grad-cam': ofLayer(xGradCam),
  'hires-cam': ofLayer(hiResCam),
  'layer-cam': ofLayer(layerCam),
  'excitation-backprop': ofLayer((builder, _, signal) => sumOfChannels(builder, signal), EXCITATION),
  'guided-grad-cam': {
    passes: [
      { to: 'input', rules: RULES.guided },
      { to: 'layer', rules: RULES.gradient },
    ],
    over: 'input',
    map: (builder, { signals, layer, input }) => {
      const [guided, gradient] = signals as [string, string];
      const cam = builder.add('relu', [gradCam(builder, layer, gradient)]);
      return builder.add('mul', [guided, enlarged(builder, cam, builder.value(input).shape)]);
    },
  },
};

/** max, Σ or √Σ² of the magnitudes over the channels: [1, c, h, w] → [1, 1, h, w], as `reduceChannels` does of a map. */
function reduced(builder: GraphBuilder, map: string, reduction: Reduction): string {
  const over = (mode: 'max' | 'sum', of: string): string =>
    builder.add('reduce', [of], { mode, axes: [1], keepdims: true });
  if (reduction === 'l2') return builder.add('sqrt', [over('sum', builder.add('mul', [map, map]))]);
  return over(reduction, builder.add('abs', [map]));
}

/** A map [1, 1, h, w] over a picture [1, c, height, width], as `upsample` has it: a product from each side. */
export function enlarged(builder: GraphBuilder, map: string, [, , height, width]: readonly number[]): string {
  const [, , h, w] = builder.value(map).shape;
  const rows = builder.constant('rows', interpolation(h!, height!));
  const columns = builder.constant('columns', interpolation(w!, width!));
  const tall = builder.add('matmul', [rows, map], { transA: false, transB: false });
  return builder.add('matmul', [tall, columns], { transA: false, transB: true });
}

/** [1, 1, to, from]: what each element of a longer line takes of those of a shorter one. */
function interpolation(from: number, to: number): Tensor {
  const matrix = new Float32Array(to * from);
  for (let i = 0; i < from; i++) {
    const shares = upsample(
      Float32Array.from({ length: from }, (_, k) => Number(k === i)),
      [from, 1],
      [to, 1],
    );
    for (const [at, share] of shares.entries()) matrix[at * from + i] = share;
  }
  return float32([1, 1, to, from], matrix);
}

/** What {@link attributionGraph} needs to know of what is explained. */
export interface GraphGoal {
  /** Tensor whose units are explained. */
  readonly of: string;
  readonly input: string;
  /** The layer of methods that have one; else the input. */
  readonly layer: string;
  readonly reduction: Reduction;
  /** Of maps of a layer: whether what speaks against is shown too. */
  readonly signed: boolean;
  /** Of maps of a layer: whether they are enlarged to the input's size. */
  readonly enlarge: boolean;
  /** Further outputs. */
  readonly also: readonly string[];
  /** Appends the signal that the backward passes start from, of the shape of `of`. */
  seed(builder: GraphBuilder): string;
}

/** A method on a network as one graph, whose outputs are the map and `also`, in this order. */
export function attributionGraph(network: Graph, method: GraphMethod, goal: GraphGoal): Graph {
  const { of, input, layer, reduction, signed, enlarge, also } = goal;
  const start = graphBuilder(network);
  const seed = goal.seed(start);
  let graph = start.build(network.name, []);
  const signals: string[] = [];
  for (const { to, ...rules } of method.passes) {
    const kept = [of, seed, input, layer, ...signals, ...also];
    const backward = backwardGraph(graph, of, to === 'input' ? input : layer, kept, rules);
    graph = joined(backward.graph, backward.seed, seed);
    signals.push(backward.gradient);
  }
  const builder = graphBuilder(graph);
  let map = method.map(builder, { signals, input, layer, reduction });
  if (method.over === 'layer' && !signed) map = builder.add('relu', [map]);
  if (method.over === 'layer' && enlarge) map = enlarged(builder, map, builder.value(input).shape);
  return builder.build(network.name, [map, ...also]);
}

/** The graph with a tensor of its own in place of one of its inputs. */
function joined(graph: Graph, input: string, tensor: string): Graph {
  return {
    ...graph,
    inputs: graph.inputs.filter((name) => name !== input),
    nodes: graph.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map((name) => (name === input ? tensor : name)),
    })),
    values: new Map([...graph.values].filter(([name]) => name !== input)),
  };
}
