import { ModelFormatError, ShapeError } from '../errors.ts';
import {
  MAX_AXES,
  MAX_FILLED_BYTES,
  MAX_FOLDED_BYTES,
  MAX_FOLDED_PER_BYTE,
  MAX_FOLDING_BYTES,
  MAX_FOLDING_BYTES_PER_BYTE,
  MAX_FOLDING_OPERATIONS,
  MAX_FOLDING_PER_WEIGHT,
  MAX_NODES,
  MAX_TENSOR_ELEMENTS,
} from '../limits.ts';
import { formatShape, sizeOf, type Shape } from '../tensor/shape.ts';
import { bytesOfOne, float32, tensor, type Tensor } from '../tensor/tensor.ts';
import type { Alias, Attributes, Graph, Node, Value } from './graph.ts';
import type { Arithmetic, NodeContext, Result } from './node.ts';

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
 * Starts empty or from an existing graph. Throws {@link ShapeError} for what is beyond the limits of src/limits.ts, before
 * anything is allocated for it.
 */
export class GraphBuilder {
  readonly #lookup: (type: string) => Arithmetic;
  readonly #inputs: string[];
  readonly #nodes: Node[];
  readonly #values = new Map<string, Value>();
  readonly #constants = new Map<string, Tensor>();
  readonly #aliases = new Map<string, Alias>();
  /** Where each node is, by its name. */
  readonly #nodeAt: Map<string, number>;
  /** The node that makes a tensor, by index. */
  readonly #makerAt = new Map<string, number>();
  readonly #nodeNames = new Names((name) => this.#nodeAt.has(name));
  readonly #tensorNames = new Names((name) => this.#values.has(name));
  /** Of the constants that were given. */
  readonly #given = { bytes: 0, elements: 0 };
  /** Of those that were computed. */
  readonly #folded = { bytes: 0, operations: 0, scratchBytes: 0 };
  /** Of those that are one number. */
  #filledBytes = 0;

  constructor(lookup: (type: string) => Arithmetic, from?: Graph) {
    this.#lookup = lookup;
    this.#inputs = [...(from?.inputs ?? [])];
    this.#nodes = [...(from?.nodes ?? [])];
    this.#nodeAt = new Map(this.#nodes.map(({ name }, at) => [name, at]));
    for (const [at, { outputs }] of this.#nodes.entries()) for (const name of outputs) this.#makerAt.set(name, at);
    if (!from) return;
    for (const [name, value] of from.values) this.#values.set(name, value);
    for (const [name, constant] of from.constants) {
      this.#constants.set(name, constant);
      this.#count(constant);
    }
    for (const [name, alias] of from.aliases) this.#aliases.set(name, alias);
  }

  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /** Every tensor so far. */
  get values(): ReadonlyMap<string, Value> {
    return this.#values;
  }

  node(name: string): Node {
    const node = this.#nodes[this.#nodeAt.get(name) ?? -1];
    if (!node) throw new ModelFormatError(`there is no node "${name}"`);
    return node;
  }

  /** The node that makes a tensor; undefined for inputs and constants. */
  makerOf(tensor: string): Node | undefined {
    return this.#nodes[this.#makerAt.get(tensor) ?? -1];
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
    expectSize(`input "${name}"`, shape);
    const free = this.#tensorNames.free(name);
    this.#inputs.push(free);
    this.#values.set(free, { name: free, dtype, shape });
    return free;
  }

  /** Adds a constant under a free name like `name`. */
  constant(name: string, value: Tensor): string {
    this.#count(value);
    return this.#keep(name, value);
  }

  /**
   * Adds a constant that is computed from a few numbers. Throws {@link ShapeError} where it is larger than what may be
   * computed for this graph; `where` says for what.
   */
  computed(name: string, where: string, dtype: Value['dtype'], shape: Shape, make: () => ArrayLike<number>): string {
    this.#claim(where, { dtype, shape }, { operations: sizeOf(shape), scratchBytes: 0 });
    return this.#keep(name, tensor(dtype, shape, make()));
  }

  /** Adds a constant all of whose numbers are the first of `like`. Throws {@link ShapeError} where there are too many. */
  filled(name: string, where: string, shape: Shape, { dtype, data }: Tensor): string {
    expectSize(where, shape);
    const size = sizeOf(shape);
    this.#filledBytes += size * data.BYTES_PER_ELEMENT;
    expectAtMost(where, shape, 'bytes', this.#filledBytes, MAX_FILLED_BYTES);
    const numbers = new (data.constructor as Float32ArrayConstructor)(size).fill(data[0]!);
    return this.#keep(name, { dtype, shape, data: numbers });
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
    const name = this.#nodeNames.free(options.name ?? `${type}_${String(this.#nodes.length)}`);
    const wanted = options.outputs ?? [name];
    const unlinked: Node = { op: type, name, inputs, outputs: [], attributes };
    const op = this.#lookup(type);
    const before = contextOf(unlinked, this.#values);
    const where = `${type} "${name}"`;
    const results = op.infer(before).slice(0, wanted.length);
    for (const { shape } of results) expectSize(where, shape);

    if (inputs.every((input) => input === '' || this.#constants.has(input))) {
      const values = results.map((result, i) => ({ ...result, name: wanted[i]! }));
      const numbers = this.#evaluate(op, { ...before, outputs: values }, where);
      if (numbers) return values.map((value, i) => this.#keep(value.name || name, numbers[i]!));
    }
    if (this.#nodes.length >= MAX_NODES) {
      throw new ShapeError('the graph has too many nodes', { where, expected: `at most ${String(MAX_NODES)}` });
    }
    const outputs = results.map((result, i) => this.#declare(wanted[i]! || name, result));
    this.#nodeAt.set(name, this.#nodes.length);
    for (const output of outputs) this.#makerAt.set(output, this.#nodes.length);
    this.#nodes.push({ ...unlinked, outputs });
    return outputs;
  }

  /** Makes an existing node write one more output, and returns its name. */
  extend(nodeName: string): string {
    const node = this.node(nodeName);
    const at = this.#nodeAt.get(nodeName)!;
    const index = node.outputs.length;
    const result = this.#lookup(node.op).infer(contextOf(node, this.#values))[index];
    if (!result) throw new ModelFormatError(`"${node.op}" has no output ${String(index)}`, { where: nodeName });
    const name = this.#declare(`${nodeName}:${String(index)}`, result);
    this.#makerAt.set(name, at);
    this.#nodes[at] = { ...node, outputs: [...node.outputs, name] };
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

  #declare(name: string, { dtype, shape }: Result): string {
    const free = this.#tensorNames.free(name);
    this.#values.set(free, { name: free, dtype, shape });
    return free;
  }

  #keep(name: string, value: Tensor): string {
    const free = this.#declare(name, value);
    this.#constants.set(free, value);
    return free;
  }

  /** What a node of constants computes; undefined where nothing here can. A view shares the numbers of its source. */
  #evaluate(op: Arithmetic, context: NodeContext<Attributes>, where: string): readonly Tensor[] | undefined {
    const { node, inputs, outputs } = context;
    const operands = node.inputs.map((input) => this.#constants.get(input));
    if (op.view) return outputs.map(({ dtype, shape }) => ({ dtype, shape, data: operands[0]!.data }));
    if (!op.evaluate) return undefined;
    const sizes = [...inputs, ...outputs].map((value) => (value ? sizeOf(value.shape) : 0));
    const read = sizes.reduce((a, b) => a + b, 0);
    const operations = Math.max(read, op.flops?.(context) ?? 0);
    const copied = op.anyNumbers ? 0 : read - sizes.at(-1)!;
    const made = (1 + (op.extraOutputs ?? 0)) * sizes.at(-1)!;
    const scratchBytes = Float64Array.BYTES_PER_ELEMENT * (copied + made);
    for (const [i, output] of outputs.entries())
      this.#claim(where, output, { operations, scratchBytes: i === 0 ? scratchBytes : 0 });
    const numbers = op.evaluate(
      context,
      operands.map((operand) => operand && (op.anyNumbers ? (operand.data as Float64Array) : toFloat64(operand))),
    );
    return outputs.map(({ dtype, shape }, i) => tensor(dtype, shape, numbers[i]!));
  }

  #count({ data }: Tensor): void {
    this.#given.bytes += data.byteLength;
    this.#given.elements += data.length;
  }

  /** Counts what is to be computed. Throws where that is too much for the constants that were given. */
  #claim(
    where: string,
    { dtype, shape }: Result,
    { operations, scratchBytes }: { readonly operations: number; readonly scratchBytes: number },
  ): void {
    expectSize(where, shape);
    this.#folded.bytes += sizeOf(shape) * bytesOfOne(dtype);
    this.#folded.operations += operations;
    this.#folded.scratchBytes += scratchBytes;
    const bytes = Math.max(MAX_FOLDED_BYTES, MAX_FOLDED_PER_BYTE * this.#given.bytes);
    const most = MAX_FOLDING_OPERATIONS + MAX_FOLDING_PER_WEIGHT * this.#given.elements;
    const together = Math.max(MAX_FOLDING_BYTES, MAX_FOLDING_BYTES_PER_BYTE * this.#given.bytes);
    const { bytes: kept, operations: done, scratchBytes: scratch } = this.#folded;
    expectAtMost(where, shape, 'bytes', kept, bytes);
    expectAtMost(where, shape, 'operations', done, most);
    expectAtMost(where, shape, 'bytes on the way', kept + scratch, together);
  }
}

function expectAtMost(where: string, shape: Shape, what: string, taken: number, limit: number): void {
  if (taken <= limit) return;
  throw new ShapeError('computing what is constant takes too much', {
    where,
    expected: `at most ${amount(limit)} ${what}`,
    got: `${amount(taken)} ${what} with the ${formatShape(shape)} of this one`,
  });
}

/** Throws {@link ShapeError} unless a tensor of this shape can be. */
export function expectSize(where: string, shape: Shape): void {
  if (shape.length > MAX_AXES) {
    const expected = `at most ${String(MAX_AXES)}`;
    throw new ShapeError('a tensor has too many axes', { where, expected, got: String(shape.length) });
  }
  const whole = shape.every((n) => Number.isInteger(n) && n >= 0);
  // An axis without elements hides how large the others are.
  const size = shape.reduce((product, n) => product * Math.max(n, 1), 1);
  if (whole && size <= MAX_TENSOR_ELEMENTS) return;
  const expected = `whole sizes, at most ${amount(MAX_TENSOR_ELEMENTS)} elements`;
  throw new ShapeError('a tensor of this size cannot be', { where, expected, got: formatShape(shape) });
}

function amount(n: number): string {
  return n.toLocaleString('en');
}

function toFloat64({ data }: Tensor): Float64Array {
  return data instanceof Float64Array ? data : new Float64Array(data);
}

/** Makes names unique by numbers behind them, each the next: a thousand nodes may want the same. */
class Names {
  readonly #taken: (name: string) => boolean;
  readonly #next = new Map<string, number>();

  constructor(taken: (name: string) => boolean) {
    this.#taken = taken;
  }

  free(name: string): string {
    if (!this.#taken(name)) return name;
    let n = this.#next.get(name) ?? 2;
    while (this.#taken(`${name}_${String(n)}`)) n++;
    this.#next.set(name, n + 1);
    return `${name}_${String(n)}`;
  }
}
