import type { GraphBuilder } from '../ir/builder.ts';
import type { Attributes, Graph, Node } from '../ir/graph.ts';
import { opOf } from '../ops/registry.ts';
import { append } from '../tensor/append.ts';
import { sameShape, type Shape } from '../tensor/shape.ts';
import { rewriting } from './rewrite.ts';
import { makersOf } from './tensors.ts';

/** [n, c, h, w] → [n, h, w, c], and the way back. */
const TO_LAST = [0, 2, 3, 1];
const TO_FIRST = [0, 3, 1, 2];

/**
 * Networks with the channels last, as TensorFlow has them, with the channels first: what is computed element by element,
 * cut or padded between two layers is so on maps [n, c, h, w] too. So a picture is turned once at most, every layer is shown as the
 * picture lies, and `fold` and `fuse` find a convolution and what follows it.
 */
export function* channelsFirst(graph: Graph): Generator<undefined, Graph> {
  const turns = new Turns(graph);
  if (turns.last.size === 0) return graph;
  const users = new Map<string, Node[]>();
  for (const node of graph.nodes) for (const input of node.inputs) append(users, input, node);
  /** Whether somebody wants [n, h, w, c] itself. */
  const isNeeded = (tensor: string): boolean =>
    graph.outputs.includes(tensor) ||
    (users.get(tensor) ?? []).some((node) => !turns.last.has(node.outputs[0]!) && !turns.isBack(node));
  /** Tensor with the channels last → the same with the channels first. */
  const maps = new Map<string, string>();

  return yield* rewriting(graph, (node, inputs, { builder, nameOf }) => {
    const [output] = node.outputs as [string];
    if (turns.isBack(node)) return [{ tensor: maps.get(node.inputs[0]!)! }];
    const before = turns.last.get(output);
    if (before === undefined) return undefined;
    const needed = isNeeded(output);
    if (before !== COMPUTED) {
      maps.set(output, nameOf(before));
      return needed ? undefined : [{ tensor: nameOf(before) }];
    }
    const operands = inputs.map((input, i) => maps.get(node.inputs[i]!) ?? operandOf(builder, input));
    const outputs = needed ? [`${output}/map`] : [output];
    const y = builder.add(node.op, operands, attributesOf(node), { name: node.name, outputs });
    maps.set(output, y);
    if (!needed) return [{ tensor: y }];
    const names = { name: `${node.name}/channels last`, outputs: [output] };
    return [{ tensor: builder.add('transpose', [y], { permutation: TO_LAST }, names) }];
  });
}

/** Instead of the map that was turned. */
const COMPUTED = '';

/** Which nodes of a graph turn maps, and which tensors have their channels last. */
class Turns {
  /** Tensor [n, h, w, c] → the map [n, c, h, w] that was turned, or that it is computed of such element by element. */
  readonly last = new Map<string, string>();
  readonly #graph: Graph;

  constructor(graph: Graph) {
    this.#graph = graph;
    const makers = makersOf(graph);
    for (const node of graph.nodes) {
      const [output] = node.outputs as [string];
      if (node.outputs.length > 1 || this.#shapeOf(output).length !== TO_LAST.length) continue;
      const { pointwise, perAxis, view } = opOf(node.op);
      let [map] = node.inputs as [string];
      // Of several views after each other, the first shows what was viewed.
      for (let maker = makers.get(map); view && maker && opOf(maker.op).view; maker = makers.get(map)) {
        map = maker.inputs[0]!;
      }
      if (!this.last.has(map) && this.#turns(node, map, output, TO_LAST)) this.last.set(output, map);
      else if (pointwise ? node.inputs.some((name) => this.last.has(name)) : perAxis && this.last.has(map))
        this.last.set(output, COMPUTED);
    }
  }

  /** Turns channels that are last back. */
  isBack(node: Node): boolean {
    const [input] = node.inputs;
    return this.last.has(input ?? '') && this.#turns(node, input!, node.outputs[0]!, TO_FIRST);
  }

  #shapeOf(tensor: string): Shape {
    return this.#graph.values.get(tensor)!.shape;
  }

  #turns({ op, attributes }: Node, from: string, to: string, order: readonly number[]): boolean {
    const { permutation, view } = opOf(op);
    if (permutation) return permutation(attributes).join() === order.join();
    const shape = this.#shapeOf(from);
    if (!view || shape.length !== order.length) return false;
    const turned = order.map((axis) => shape[axis]!);
    // Numbers of a single channel, or of a single place, lie alike either way.
    const [, c = 1, h = 1, w = 1] = order === TO_LAST ? shape : turned;
    return (c === 1 || h * w === 1) && sameShape(turned, this.#shapeOf(to));
  }
}

/** Those that do to [n, c, h, w] what a node does to [n, h, w, c]. */
function attributesOf({ op, attributes }: Node): Attributes {
  const turned = (opOf(op).perAxis ?? []).map((name) => {
    const list = attributes[name] as readonly number[];
    return [name, TO_FIRST.map((axis) => list[axis]!)] as const;
  });
  return { ...attributes, ...Object.fromEntries(turned) };
}

/** What broadcasts with [n, h, w, c], so that it broadcasts with [n, c, h, w]. */
function operandOf(builder: GraphBuilder, tensor: string): string {
  if (tensor === '') return tensor;
  const { shape } = builder.value(tensor);
  if (shape.every((size) => size === 1)) return tensor;
  const view = (sizes: Shape): string => builder.add('reshape', [tensor], { shape: sizes, allowZero: false });
  const four = shape.length === TO_LAST.length;
  const places = shape.slice(four ? 1 : 0, -1);
  if (places.every((size) => size === 1)) return view([four ? 0 : 1, shape.at(-1)!, 1, 1]);
  const whole = four ? tensor : view([...TO_LAST.slice(shape.length).map(() => 1), ...shape]);
  return builder.add('transpose', [whole], { permutation: TO_FIRST });
}
