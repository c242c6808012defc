import type { Model } from '../engine/model.ts';
import type { Layer } from '../graph/layers.ts';
import { contextOf } from '../ir/builder.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { opOf } from '../ops/registry.ts';
import { sizeOf, type Shape } from '../tensor/shape.ts';

/** What a node does, as a reader calls it. */
export interface Action {
  /** Such as `conv`. */
  readonly title: string;
  /** Taps [h, w] of its windows; undefined where it has none, or one over everything. */
  readonly kernel: readonly number[] | undefined;
  readonly strides: readonly number[];
  readonly groups: number;
}

/** A box of the diagram: a node, with the operations on single numbers that follow it and read nothing else. */
export interface Step {
  /** Of the last of its layers. */
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly nodes: readonly Node[];
  /** Of each node. */
  readonly actions: readonly Action[];
  readonly shape: Shape;
  /** Steps it reads, by index; none of one that reads the input only. */
  readonly reads: readonly number[];
  /** Numbers that were learnt. */
  readonly parameters: number;
  /** Multiplications with them, each with an addition, for one run; undefined where there are none of this kind. */
  readonly macs: number | undefined;
}

/** A network as a reader draws it. */
export interface Diagram {
  readonly network: string;
  /** In the order of computation. */
  readonly steps: readonly Step[];
  readonly input: Shape;
  /** Of the network; weights that are used twice count once. */
  readonly parameters: number;
  readonly macs: number;
  readonly ms: number;
}

/** Drawn in the box of what it follows. */
function follows({ op }: Node): boolean {
  const { pointwise, view } = opOf(op);
  return view === true || pointwise === 'function';
}

/** The layers of a network, how they hang together, and what each costs. */
export function diagram({ name, graph, layers, input }: Model): Diagram {
  const began = performance.now();
  const readers = new Map<string, number>();
  const count = (tensor: string): void => void readers.set(tensor, (readers.get(tensor) ?? 0) + 1);
  for (const node of graph.nodes) node.inputs.forEach(count);
  graph.outputs.forEach(count);

  const groups: { node: Node; layer: Layer }[][] = [];
  /** Tensor → its group. */
  const homes = new Map<string, number>();
  graph.nodes.forEach((node, i) => {
    const varying = node.inputs.filter((tensor) => tensor !== '' && !graph.constants.has(tensor));
    const home = homes.get(varying[0] ?? '');
    const joins = follows(node) && varying.length === 1 && readers.get(varying[0]!) === 1;
    const index = joins && home !== undefined ? home : groups.push([]) - 1;
    groups[index]!.push({ node, layer: layers[i]! });
    for (const output of node.outputs) homes.set(output, index);
  });

  const steps = groups.map((group, index): Step => {
    const nodes = group.map(({ node }) => node);
    const { layer } = group.at(-1)!;
    const read = nodes.flatMap(({ inputs }) => inputs.map((tensor) => homes.get(tensor)));
    const macs = nodes.filter(({ op }) => opOf(op).product).map((node) => macsOf(node, graph));
    return {
      name: layer.name,
      layers: group.map((member) => member.layer),
      nodes,
      actions: nodes.map((node) => actionOf(node, graph)),
      shape: layer.shape,
      reads: [...new Set(read)].filter((home) => home !== undefined && home !== index) as number[],
      parameters: parametersOf(nodes, graph),
      macs: macs.length > 0 ? macs.reduce((a, b) => a + b) : undefined,
    };
  });
  return {
    network: name,
    steps,
    input: input.shape,
    parameters: parametersOf(graph.nodes, graph),
    macs: steps.reduce((sum, { macs = 0 }) => sum + macs, 0),
    ms: performance.now() - began,
  };
}

/** Single numbers are part of an operation. */
function parametersOf(nodes: readonly Node[], { constants }: Graph): number {
  const tensors = new Set(nodes.flatMap(({ inputs }) => inputs.flatMap((name) => constants.get(name) ?? [])));
  return [...tensors].reduce((sum, { shape }) => sum + (shape.length > 0 ? sizeOf(shape) : 0), 0);
}

function actionOf({ op, inputs, attributes }: Node, { values }: Graph): Action {
  const { title, product } = opOf(op);
  const weights = product === undefined ? undefined : values.get(inputs[1]!)?.shape.slice(2);
  const kernel = weights ?? (attributes['global'] === true ? undefined : attributes['kernel']);
  return {
    title: title?.(attributes) ?? op,
    kernel: Array.isArray(kernel) && kernel.length === 2 ? (kernel as readonly number[]) : undefined,
    strides: (attributes['strides'] as readonly number[] | undefined) ?? [],
    groups: (attributes['group'] as number | undefined) ?? 1,
  };
}

/** A multiplication and an addition are two operations. */
function macsOf(node: Node, { values }: Graph): number {
  return opOf(node.op).flops!(contextOf(node, values)) / 2;
}
