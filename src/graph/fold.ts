import type { Attributes, Graph, Node } from '../ir/graph.ts';
import { append } from '../tensor/append.ts';
import { sameShape } from '../tensor/shape.ts';
import { float32, type Tensor } from '../tensor/tensor.ts';
import { atOnce } from '../work/steps.ts';
import { resolveTensor } from './layers.ts';
import { copy, rewriting } from './rewrite.ts';
import { unfolded } from './unfolded.ts';

export interface FoldOptions {
  /** Tensors that must survive because somebody asks for them, by any of their names. */
  readonly keep?: readonly string[];
}

/**
 * Moves work from runs into constants: batch normalisation into the convolution before it, padding with zeros into the
 * convolution or average pooling after it (never into max-pooling, which pads with −∞), and drops what changes nothing.
 */
export function fold(graph: Graph, options: FoldOptions = {}): Graph {
  return atOnce(folding(graph, options));
}

/** {@link fold} node by node: whoever steps through it can pause in between. */
export function folding(graph: Graph, { keep = [] }: FoldOptions = {}): Generator<undefined, Graph> {
  const kept = new Set([...graph.outputs, ...keep.map((name) => resolveTensor(graph, name))]);
  const plan = planOf(graph, kept);
  /** Batch normalisation, by node → what the convolution that took it in writes. */
  const normalised = new Map<string, string>();

  return rewriting(graph, (node, inputs, { builder, nameOf }) => {
    const output = node.outputs[0]!;
    if (normalised.has(node.name)) return [{ tensor: normalised.get(node.name)! }];
    if (plan.absorbedPads.has(node.name)) return [{ gone: `its zeros are the padding of what follows "${node.name}"` }];
    if (!kept.has(output) && changesNothing(node, graph)) return [{ tensor: inputs[0]! }];
    const before = kept.has(output) ? undefined : plan.undone.get(node.name);
    if (before !== undefined) return [{ tensor: nameOf(before) }];

    const pad = plan.padBefore.get(node.name);
    const attributes = pad ? withPadding(node, spatialZeros(pad, graph)!) : node.attributes;
    const operands = pad ? [nameOf(pad.inputs[0]!), ...inputs.slice(1)] : inputs;
    const norm = plan.normAfter.get(node.name);
    if (!norm) return pad && copy(builder, node, operands, attributes);

    const { weights, bias } = normalise(node, norm, graph);
    const result = builder.add(
      'conv2d',
      [operands[0]!, builder.constant(`${node.name}/weights`, weights), builder.constant(`${node.name}/bias`, bias)],
      attributes,
      { name: node.name, outputs: [norm.outputs[0]!] },
    );
    normalised.set(norm.name, result);
    return [{ gone: `batch normalisation "${norm.name}" was folded into it, ask for "${result}"` }];
  });
}

interface Plan {
  /** Convolution or pooling, by node → the padding it can do itself. */
  readonly padBefore: ReadonlyMap<string, Node>;
  /** Paddings that nothing else needs. */
  readonly absorbedPads: ReadonlySet<string>;
  /** Change of shape or of the order of axes, by node → the tensor that it restores. */
  readonly undone: ReadonlyMap<string, string>;
  /** Convolution, by node → the batch normalisation it can do itself. */
  readonly normAfter: ReadonlyMap<string, Node>;
}

function planOf(graph: Graph, kept: ReadonlySet<string>): Plan {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const users = new Map<string, Node[]>();
  for (const node of graph.nodes) {
    for (const input of node.inputs) append(users, input, node);
  }
  const padBefore = new Map<string, Node>();
  const normAfter = new Map<string, Node>();
  const undone = new Map<string, string>();
  /** What came of a tensor → the tensor that it was before. */
  const restored = new Map<string, string>();
  for (const node of graph.nodes) {
    const before = restoredBy(node, (name) => makers.get(restored.get(name) ?? name), graph);
    if (before !== undefined) {
      undone.set(node.name, before);
      restored.set(node.outputs[0]!, before);
    }
    const maker = makers.get(node.inputs[0] ?? '');
    if (!maker) continue;
    if (padsWithZeros(node) && spatialZeros(maker, graph)) padBefore.set(node.name, maker);
    if (node.op === 'batch-norm' && maker.op === 'conv2d') {
      const parameters = [...maker.inputs.slice(1), ...node.inputs.slice(1)];
      const alone = users.get(maker.outputs[0]!)!.length === 1 && !kept.has(maker.outputs[0]!);
      if (alone && parameters.every((name) => name === '' || graph.constants.has(name)))
        normAfter.set(maker.name, node);
    }
  }
  const absorbedPads = new Set<string>();
  for (const pad of padBefore.values()) {
    const output = pad.outputs[0]!;
    const needed = kept.has(output) || users.get(output)!.some((user) => padBefore.get(user.name) !== pad);
    if (!needed) absorbedPads.add(pad.name);
  }
  return { padBefore, absorbedPads, undone, normAfter };
}

/** The tensor that a node gives back, such as the maps [n, c, h, w] that were turned to [n, h, w, c] and back. */
function restoredBy(node: Node, makerOf: (tensor: string) => Node | undefined, graph: Graph): string | undefined {
  const shapeOf = (name: string): readonly number[] => graph.values.get(name)!.shape;
  let tensor = node.inputs[0] ?? '';
  if (node.op === 'reshape') {
    for (let maker = makerOf(tensor); maker?.op === 'reshape'; maker = makerOf(tensor)) tensor = maker.inputs[0]!;
    return tensor !== node.inputs[0] && sameShape(shapeOf(tensor), shapeOf(node.outputs[0]!)) ? tensor : undefined;
  }
  const maker = makerOf(tensor);
  if (node.op !== 'transpose' || maker?.op !== 'transpose') return undefined;
  const [second, first] = [node, maker].map(({ attributes }) => attributes['permutation'] as readonly number[]);
  return second!.every((axis, i) => first![axis] === i) ? maker.inputs[0] : undefined;
}

/**
 * Operations to which zeros in the tensor and zeros around it are the same. Average pooling must count them; where it
 * pads itself without counting, or rounds its size up, the two differ.
 */
function padsWithZeros({ op, attributes }: Node): boolean {
  if (op !== 'conv2d' && op !== 'average-pool') return false;
  if (attributes['autoPad'] !== 'NOTSET' && attributes['autoPad'] !== 'VALID') return false;
  if (op === 'conv2d') return true;
  const unpadded = (attributes['pads'] as readonly number[]).every((n) => n === 0);
  return attributes['ceilMode'] === false && (attributes['countIncludePad'] === true || unpadded);
}

/** [top, left, bottom, right] where the node pads the last two of four axes with zeros, else undefined. */
function spatialZeros({ op, attributes, inputs }: Node, graph: Graph): readonly number[] | undefined {
  if (op !== 'pad' || attributes['mode'] !== 'constant' || attributes['value'] !== 0) return undefined;
  const [low, high, interior] = ['low', 'high', 'interior'].map((key) => attributes[key] as readonly number[]);
  const rank = graph.values.get(inputs[0]!)!.shape.length;
  const spatial = [...low!, ...high!].every((n, i) => (i % rank >= 2 ? n >= 0 : n === 0));
  if (rank !== 4 || !spatial || interior!.some((n) => n !== 0)) return undefined;
  return [...low!.slice(2), ...high!.slice(2)];
}

function withPadding({ op, attributes }: Node, zeros: readonly number[]): Attributes {
  const own = attributes['autoPad'] === 'VALID' ? undefined : (attributes['pads'] as readonly number[]);
  return {
    ...attributes,
    autoPad: 'NOTSET',
    pads: zeros.map((n, i) => n + (own?.[i] ?? 0)),
    ...(op === 'average-pool' ? { countIncludePad: true } : {}),
  };
}

/** y = (conv(x, w) + b − mean) · s + offset with s = scale / √(variance + ε) is the convolution with w·s and (b − mean)·s + offset. */
function normalise(conv: Node, norm: Node, graph: Graph): { weights: Tensor; bias: Tensor } {
  const numbers = (name: string): Tensor['data'] => graph.constants.get(name)!.data;
  const [scale, offset, mean, variance] = norm.inputs.slice(1).map(numbers);
  const bias = conv.inputs[2] ? numbers(conv.inputs[2]) : new Float32Array(scale!.length);
  const epsilon = norm.attributes['epsilon'] as number;
  const factor = Float64Array.from(scale!, (s, k) => s / Math.sqrt(variance![k]! + epsilon));
  const before = graph.constants.get(conv.inputs[1]!)!;
  const { shape, data } = before;
  const filter = data.length / shape[0]!;
  const scaled = new Float32Array(data.length);
  for (let k = 0, i = 0; k < factor.length; k++) {
    for (const end = i + filter; i < end; i++) scaled[i] = data[i]! * factor[k]!;
  }
  const weights = float32(shape, scaled);
  unfolded.set(weights, unfolded.get(before) ?? before);
  return {
    weights,
    bias: float32(
      [factor.length],
      Float32Array.from(bias, (b, k) => (b - mean![k]!) * factor[k]! + offset![k]!),
    ),
  };
}

function changesNothing({ op, attributes, inputs, outputs }: Node, graph: Graph): boolean {
  const same = sameShape(graph.values.get(inputs[0] ?? '')?.shape ?? [], graph.values.get(outputs[0]!)!.shape);
  if (!same) return false;
  if (op === 'reshape') return true;
  if (op === 'slice') return (attributes['steps'] as readonly number[]).every((n) => n === 1);
  // Cropping on one side and padding on the other keeps the shape too.
  return op === 'pad' && ['low', 'high'].every((key) => (attributes[key] as readonly number[]).every((n) => n === 0));
}
