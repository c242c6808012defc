import { ShapeError } from '../errors.ts';
import type { GraphBuilder } from '../ir/builder.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { formatShape } from '../tensor/shape.ts';
import { makersOf } from './tensors.ts';

/**
 * A graph as a part of another that is being built: its inputs are tensors of that one, and only the nodes are copied that
 * somebody asks for. Constants keep their identity.
 */
export class Inlined {
  readonly #builder: GraphBuilder;
  readonly #graph: Graph;
  readonly #scope: Map<string, string>;
  readonly #producers: ReadonlyMap<string, Node>;
  readonly #opFor: (node: Node) => string;

  /** `inputs`: input of the graph → tensor of the builder. `opFor` may name another op of the same kind for a node. */
  constructor(
    builder: GraphBuilder,
    graph: Graph,
    inputs: Readonly<Record<string, string>>,
    opFor: (node: Node) => string = ({ op }) => op,
  ) {
    this.#builder = builder;
    this.#graph = graph;
    this.#scope = new Map(Object.entries(inputs));
    this.#producers = makersOf(graph);
    this.#opFor = opFor;
  }

  /**
   * Where a tensor of the graph is in the builder. Throws {@link ShapeError} where a node does not take what it gets from
   * inputs of this size.
   */
  tensor(name: string): string {
    const present = this.#scope.get(name);
    if (present !== undefined) return present;
    for (const node of this.#needed(name)) this.#copy(node);
    const known = this.#scope.get(name);
    if (known !== undefined) return known;
    const constant = this.#builder.constant(name, this.#graph.constants.get(name)!);
    this.#scope.set(name, constant);
    return constant;
  }

  /** The nodes that are not there yet and that a tensor is computed by, in order. */
  #needed(name: string): readonly Node[] {
    const wanted = new Set<Node>();
    const waiting = [name];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const node = this.#scope.has(next) ? undefined : this.#producers.get(next);
      if (!node || wanted.has(node)) continue;
      wanted.add(node);
      for (const input of node.inputs) if (input !== '') waiting.push(input);
    }
    if (wanted.size === 0) return [];
    return this.#graph.nodes.filter((node) => wanted.has(node));
  }

  #copy(node: Node): void {
    const { name, outputs, attributes } = node;
    const inputs = node.inputs.map((input) => (input === '' ? '' : this.tensor(input)));
    try {
      const copies = this.#builder.addAll(this.#opFor(node), inputs, attributes, { name, outputs });
      for (const [i, output] of outputs.entries()) this.#scope.set(output, copies[i]!);
    } catch (cause) {
      if (!(cause instanceof ShapeError)) throw cause;
      const sizes = this.#graph.inputs.map((input) => formatShape(this.#builder.value(this.#scope.get(input)!).shape));
      throw new ShapeError(`the network does not take images of ${sizes.join(', ')}`, {
        where: `node "${name}" (${node.op})`,
        got: cause.message,
        remedy: 'Use the size of its own input, or a layer before its fully connected ones.',
        cause,
      });
    }
  }
}
