import { contextOf } from '../ir/builder.ts';
import type { Attributes, Graph, Node } from '../ir/graph.ts';
import type { Op } from '../ir/op.ts';
import { opOf } from '../ops/registry.ts';
import { append } from '../tensor/append.ts';
import { sameShape } from '../tensor/shape.ts';
import { float32, type Tensor } from '../tensor/tensor.ts';
import { atOnce } from '../work/steps.ts';
import { channelsFirst } from './channels-first.ts';
import { resolveTensor } from './layers.ts';
import { copy, rewriting } from './rewrite.ts';
import { makersOf } from './tensors.ts';
import { unfolded } from './unfolded.ts';

export interface FoldOptions {
  /** Tensors that must survive because somebody asks for them, by any of their names. */
  readonly keep?: readonly string[];
}

/**
 * Moves work from runs into constants: batch normalisation into the convolution before it, padding with zeros into the
 * convolution or average pooling after it (never into max-pooling, which pads with −∞), drops what changes nothing, and has
 * maps with the channels first.
 */
export function fold(graph: Graph, options: FoldOptions = {}): Graph {
  return atOnce(folding(graph, options));
}

/** {@link fold} node by node: whoever steps through it can pause in between. */
export function* folding(given: Graph, { keep = [] }: FoldOptions = {}): Generator<undefined, Graph> {
  const graph = yield* channelsFirst(given);
  const kept = new Set([...graph.outputs, ...keep.map((name) => resolveTensor(graph, name))]);
  const plan = planOf(graph, kept);
  /** Batch normalisation, by node → what the convolution that took it in writes. */
  const normalised = new Map<string, string>();

  return yield* rewriting(graph, (node, inputs, { builder, nameOf }) => {
    const output = node.outputs[0]!;
    if (normalised.has(node.name)) return [{ tensor: normalised.get(node.name)! }];
    if (plan.absorbedPads.has(node.name)) return [{ gone: `its zeros are the padding of what follows "${node.name}"` }];
    if (!kept.has(output) && opOf(node.op).isIdentity?.(contextOf(node, graph.values))) return [{ tensor: inputs[0]! }];
    const before = kept.has(output) ? undefined : plan.undone.get(node.name);
    if (before !== undefined) return [{ tensor: nameOf(before) }];

    const pad = plan.padBefore.get(node.name);
    const attributes = pad ? withBorder(node, pad, graph)! : node.attributes;
    const operands = pad ? [nameOf(pad.inputs[0]!), ...inputs.slice(1)] : inputs;
    const norm = plan.normAfter.get(node.name);
    if (!norm) return pad && copy(builder, node, operands, attributes);

    const { weights, bias } = normalise(node, norm, graph);
    const result = builder.add(
      node.op,
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
  const makers = makersOf(graph);
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
    if (withBorder(node, maker, graph)) padBefore.set(node.name, maker);
    if (opOf(maker.op).product === 'convolution' && perChannelOf(node, graph)) {
      const alone = users.get(maker.outputs[0]!)!.length === 1 && !kept.has(maker.outputs[0]!);
      const constant = maker.inputs.slice(1).every((name) => name === '' || graph.constants.has(name));
      if (alone && constant && maker.inputs.length <= 3) normAfter.set(maker.name, node);
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
  if (opOf(node.op).view) {
    for (let maker = makerOf(tensor); maker && opOf(maker.op).view; maker = makerOf(tensor)) tensor = maker.inputs[0]!;
    return tensor !== node.inputs[0] && sameShape(shapeOf(tensor), shapeOf(node.outputs[0]!)) ? tensor : undefined;
  }
  const maker = makerOf(tensor);
  const [second, first] = [node, maker].map((turn) => turn && opOf(turn.op).permutation?.(turn.attributes));
  return first && second?.every((axis, i) => first[axis] === i) ? maker!.inputs[0] : undefined;
}

/** The attributes with which a node does the padding before it as well; undefined where it cannot. */
function withBorder(node: Node, before: Node, { values }: Graph): Attributes | undefined {
  const border = opOf(before.op).zeroBorder?.(contextOf(before, values));
  return border && opOf(node.op).withZeroBorder?.(node.attributes, border);
}

function perChannelOf(node: Node, { values, constants }: Graph): ReturnType<NonNullable<Op['perChannel']>> {
  return opOf(node.op).perChannel?.(contextOf(node, values), constants);
}

/** (conv(x, w) + b) · scale + offset is the convolution with w · scale and b · scale + offset. */
function normalise(conv: Node, norm: Node, graph: Graph): { weights: Tensor; bias: Tensor } {
  const { scale, offset } = perChannelOf(norm, graph)!;
  const [, weightsName, biasName] = conv.inputs;
  const before = graph.constants.get(weightsName!)!;
  const bias = biasName ? graph.constants.get(biasName)!.data : new Float32Array(scale.length);
  const { shape, data } = before;
  const filter = data.length / shape[0]!;
  const scaled = new Float32Array(data.length);
  for (let k = 0, i = 0; k < scale.length; k++) {
    for (const end = i + filter; i < end; i++) scaled[i] = data[i]! * scale[k]!;
  }
  const weights = float32(shape, scaled);
  unfolded.set(weights, unfolded.get(before) ?? before);
  return {
    weights,
    bias: float32(
      [scale.length],
      Float32Array.from(bias, (b, k) => b * scale[k]! + offset[k]!),
    ),
  };
}
