import { ModelFormatError } from '../errors.ts';
import { float32, tensor, type Tensor } from '../tensor/tensor.ts';
import type { Alias, Attributes, Graph, Node, Value } from './graph.ts';
import type { NodeContext, Op } from './op.ts';

/** Looks a node's tensors up. */
export function contextOf(node: Node, values: ReadonlyMap<string, Value>): NodeContext<Attributes> {
  const look = (name: string): Value => {
    const value = values.get(name);
    if (!value) throw new ModelFormatError(`tensor "${name}" is used but nothing makes it`, { where: node.name });
    return value;
  };
  return {
    node,
    attributes: node.attributes,
    inputs: node.inputs.map((name) => (name === '' ? undefined : look(name))),
    outputs: node.outputs.map(look),
  };
}

export interface AddOptions {
  /** Wanted node name; made unique. */
  readonly name?: string;
  /** Wanted names of the outputs; made unique. Their count decides how many outputs the node writes (default 1). */
  readonly outputs?: readonly string[];
}

/**
 * Makes graphs: shapes are inferred as nodes are added, and a node of constants becomes a constant at once.
 * Starts empty or from an existing graph.
 */
export class GraphBuilder {
  readonly #lookup: (type: string) => Op;
  readonly #inputs: string[] = [];
  readonly #nodes: Node[] = [];
  readonly #values = new Map<string, Value>();
  readonly #constants = new Map<string, Tensor>();
  readonly #aliases = new Map<string, Alias>();
  readonly #nodeNames = new Set<string>();

  constructor(lookup: (type: string) => Op, from?: Graph) {
    this.#lookup = lookup;
    if (!from) return;
    this.#inputs.push(...from.inputs);
    this.#nodes.push(...from.nodes);
    for (const [name, value] of from.values) this.#values.set(name, value);
    for (const [name, constant] of from.constants) this.#constants.set(name, constant);
    for (const [name, alias] of from.aliases) this.#aliases.set(name, alias);
    for (const node of from.nodes) this.#nodeNames.add(node.name);
  }

  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /** Every tensor so far. */
  get values(): ReadonlyMap<string, Value> {
    return this.#values;
  }

  node(name: string): Node {
    const node = this.#nodes.find((candidate) => candidate.name === name);
    if (!node) throw new ModelFormatError(`there is no node "${name}"`);
    return node;
  }

  value(name: string): Value {
    const value = this.#values.get(name);
    if (!value) throw new ModelFormatError(`there is no tensor "${name}"`);
    return value;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  constantOf(name: string): Tensor | undefined {
    return this.#constants.get(name);
  }

  /** Declares an input of the graph. */
  input(name: string, dtype: Value['dtype'], shape: Value['shape']): string {
    const free = this.#freeTensor(name);
    this.#inputs.push(free);
    this.#values.set(free, { name: free, dtype, shape });
    return free;
  }

  /** Adds a constant under a free name like `name`. */
  constant(name: string, value: Tensor): string {
    const free = this.#freeTensor(name);
    this.#constants.set(free, value);
    this.#values.set(free, { name: free, dtype: value.dtype, shape: value.shape });
    return free;
  }

  scalar(value: number): string {
    return this.constant(`scalar_${String(value)}`, float32([], [value]));
  }

  /** Says where the numbers of a name of the source file are now. */
  alias(name: string, to: Alias): void {
    this.#aliases.set(name, to);
  }

  /** Appends a node and returns the name of its first output. */
  add(type: string, inputs: readonly string[], attributes: Attributes = {}, options: AddOptions = {}): string {
    return this.addAll(type, inputs, attributes, options)[0]!;
  }

  /** Appends a node and returns the names of its outputs. */
  addAll(type: string, inputs: readonly string[], attributes: Attributes = {}, options: AddOptions = {}): string[] {
    const name = free(options.name ?? `${type}_${String(this.#nodes.length)}`, (n) => this.#nodeNames.has(n));
    const wanted = options.outputs ?? [name];
    const unlinked: Node = { op: type, name, inputs, outputs: [], attributes };
    const op = this.#lookup(type);
    const before = contextOf(unlinked, this.#values);
    const results = op.infer(before).slice(0, wanted.length);
    const outputs = results.map((result, i) => ({ ...result, name: this.#freeTensor(wanted[i]!) }));

    const operands = inputs.map((input) => this.#constants.get(input));
    if (op.evaluate && inputs.every((input, i) => input === '' || operands[i])) {
      const numbers = op.evaluate(
        { ...before, outputs },
        operands.map((operand) => operand && toFloat64(operand)),
      );
      return outputs.map((value, i) => this.constant(value.name, tensor(value.dtype, value.shape, numbers[i]!)));
    }
    for (const value of outputs) this.#values.set(value.name, value);
    this.#nodeNames.add(name);
    this.#nodes.push({ ...unlinked, outputs: outputs.map((value) => value.name) });
    return outputs.map((value) => value.name);
  }

  /** Makes an existing node write one more output, and returns its name. */
  extend(nodeName: string): string {
    const node = this.node(nodeName);
    const index = node.outputs.length;
    const result = this.#lookup(node.op).infer(contextOf(node, this.#values))[index];
    if (!result) throw new ModelFormatError(`"${node.op}" has no output ${String(index)}`, { where: nodeName });
    const name = this.#freeTensor(`${nodeName}:${String(index)}`);
    this.#values.set(name, { ...result, name });
    this.#nodes[this.#nodes.indexOf(node)] = { ...node, outputs: [...node.outputs, name] };
    return name;
  }

  /** The graph so far with these outputs. Nothing is removed: see `prune`. */
  build(name: string, outputs: readonly string[]): Graph {
    for (const output of outputs) this.value(output);
    return {
      name,
      inputs: [...this.#inputs],
      outputs,
      nodes: [...this.#nodes],
      values: new Map(this.#values),
      constants: new Map(this.#constants),
      aliases: new Map(this.#aliases),
    };
  }

  #freeTensor(name: string): string {
    return free(name, (n) => this.#values.has(n));
  }
}

function toFloat64({ data }: Tensor): Float64Array {
  return data instanceof Float64Array ? data : Float64Array.from(data);
}

function free(name: string, taken: (name: string) => boolean): string {
  if (!taken(name)) return name;
  let n = 2;
  while (taken(`${name}_${String(n)}`)) n++;
  return `${name}_${String(n)}`;
}
