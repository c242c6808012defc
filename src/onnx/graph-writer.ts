import { UnsupportedOpError, type UnsupportedNode } from '../errors.ts';
import { contextOf } from '../ir/builder.ts';
import type { Graph, Value } from '../ir/graph.ts';
import { isFloat, ONNX_TYPES, type OnnxAttributes, type OnnxTarget } from '../ops/exporter.ts';
import { exporterOf } from '../ops/exporters.ts';
import { float32, tensor, type Tensor } from '../tensor/tensor.ts';
import type { Shape } from '../tensor/shape.ts';
import { ProtobufWriter } from './protobuf-writer.ts';
import { attribute, initializer, valueInfo } from './protobuf-parts.ts';

/** What a file says of itself. */
export interface OnnxDocumentation {
  /** Of the whole. */
  readonly text?: string | undefined;
  /** Of single inputs and outputs, by their names in the file. */
  readonly tensors?: Readonly<Record<string, string>> | undefined;
  /** For programs: key → value. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

export interface GraphWriterOptions {
  /** `open`: the first axis of inputs and outputs is of any size, where no node fixes it; as it is by default. */
  readonly batch?: 'fixed' | 'open' | undefined;
  /** What the file says of itself, which viewers of ONNX files show. */
  readonly documentation?: OnnxDocumentation | undefined;
  /** Output of the graph → its name in the file; the graph's own by default. */
  readonly names?: Readonly<Record<string, string>> | undefined;
}

/** What the files are written for (onnx/onnx, docs/Versioning.md): IR 8 belongs to opset 18. */
const IR_VERSION = 8;
const OPSET = 18;

/** Says why a node cannot be written. */
class Refusal extends Error {}

/** Collects what the exporters of a graph's nodes write. */
export class GraphWriter implements OnnxTarget {
  readonly #graph: Graph;
  readonly #options: GraphWriterOptions;
  readonly #nodes: ((message: ProtobufWriter) => void)[] = [];
  /** Tensors of the graph, and those that exporters have added; only what a node reads is written. */
  readonly #constants: Map<
    string,
    Tensor | { readonly dtype: 'float16'; readonly shape: Shape; readonly bits: Uint16Array }
  >;
  readonly #read = new Set<string>();
  /** Constants that are the same are kept once, by what they are. */
  readonly #shared = new Map<string, string>();
  readonly #names: Set<string>;
  /** Tensors of the graph that give their name to an output. */
  readonly #renamed = new Map<string, string>();
  /** Node that is being written. */
  #node = '';
  #count = 0;

  constructor(graph: Graph, options: GraphWriterOptions) {
    this.#graph = graph;
    this.#options = options;
    this.#names = new Set(graph.values.keys());
    this.#constants = new Map(graph.constants);
    for (const name of Object.values(options.names ?? {}))
      if (this.#names.has(name)) this.#renamed.set(name, this.name(`${name}/inside`));
      else this.#names.add(name);
  }

  nodes(): void {
    const refused: UnsupportedNode[] = [];
    for (const node of this.#graph.nodes) {
      this.#node = node.name;
      this.#count = 0;
      const write = exporterOf(node.op);
      try {
        if (!write) this.refuse('ONNX has no such operator');
        write(contextOf(node, this.#graph.values), this);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        refused.push({ op: node.op, node: node.name, reason: error.message });
      }
    }
    if (refused.length > 0) throw new UnsupportedOpError(refused, { where: 'toOnnx' });
  }

  finish(): Uint8Array<ArrayBuffer> {
    const { name, inputs, values } = this.#graph;
    const { text, metadata = {} } = this.#options.documentation ?? {};
    const outputs = this.#outputs();
    const model = new ProtobufWriter();
    model.int(1, IR_VERSION).string(2, 'unpool');
    if (text !== undefined) model.string(6, text);
    model
      .message(7, (message) => {
        for (const node of this.#nodes) message.message(1, node);
        message.string(2, name || 'graph');
        for (const [constant, value] of this.#constants) {
          if (!this.#read.has(constant)) continue;
          message.message(5, (to) => {
            initializer(to, this.#nameOf(constant), value);
          });
        }
        for (const input of inputs) {
          message.message(11, (to) => {
            this.#describe(to, this.#nameOf(input), values.get(input)!);
          });
        }
        for (const [output, file] of outputs) {
          message.message(12, (to) => {
            this.#describe(to, file, values.get(output)!);
          });
        }
      })
      .message(8, (opset) => opset.string(1, '').int(2, OPSET));
    for (const [key, value] of Object.entries(metadata))
      model.message(14, (entry) => entry.string(1, key).string(2, value));
    return model.finish();
  }

  node(operator: string, inputs: readonly string[], outputs: readonly string[], attributes: OnnxAttributes = {}): void {
    for (const input of inputs) this.#read.add(input);
    this.#write(
      operator,
      inputs.map((input) => this.#nameOf(input)),
      outputs.map((output) => this.#nameOf(output)),
      attributes,
    );
  }

  add(operator: string, inputs: readonly string[], attributes?: OnnxAttributes): string {
    const output = this.name(`${this.#node}/${operator.toLowerCase()}`);
    this.node(operator, inputs, [output], attributes);
    return output;
  }

  name(like: string): string {
    let name = like;
    for (let n = 2; this.#names.has(name); n++) name = `${like}_${String(n)}`;
    this.#names.add(name);
    return name;
  }

  whole(values: readonly number[], shape: Shape = [values.length]): string {
    return this.#share(`whole ${shape.join()}: ${values.join()}`, 'whole', tensor('int64', shape, values));
  }

  scalar(value: number): string {
    return this.#share(`number ${String(value)}`, 'number', float32([], [value]));
  }

  numbers(shape: Shape, values: ArrayLike<number>): string {
    const name = this.name(`${this.#node}/numbers`);
    this.#constants.set(name, float32(shape, values));
    return name;
  }

  halves(shape: Shape, bits: Uint16Array): string {
    const name = this.name(`${this.#node}/halves`);
    this.#constants.set(name, { dtype: 'float16', shape, bits });
    return this.add('Cast', [name], { to: ONNX_TYPES.float32 });
  }

  constant(name: string): Tensor | undefined {
    return this.#graph.constants.get(name);
  }

  refuse(reason: string): never {
    throw new Refusal(reason);
  }

  /** Output of the graph → its name in the file. An output must be made by a node that nothing else is called after. */
  #outputs(): ReadonlyMap<string, string> {
    const made = new Set(this.#graph.nodes.flatMap((node) => node.outputs));
    const outputs = new Map<string, string>();
    this.#node = 'outputs';
    for (const output of this.#graph.outputs) {
      const given = this.#options.names?.[output] ?? (made.has(output) ? undefined : this.name(`${output}/output`));
      outputs.set(output, given ?? output);
      if (given === undefined) continue;
      this.#read.add(output);
      this.#write('Identity', [this.#nameOf(output)], [given], {});
    }
    return outputs;
  }

  #write(operator: string, inputs: readonly string[], outputs: readonly string[], attributes: OnnxAttributes): void {
    const name = this.#count++ === 0 ? this.#node : `${this.#node}/${String(this.#count)}`;
    const given = inputs.slice(0, inputs.findLastIndex((input) => input !== '') + 1);
    this.#nodes.push((message) => {
      for (const input of given) message.string(1, input);
      for (const output of outputs) message.string(2, output);
      message.string(3, name).string(4, operator);
      for (const [key, value] of Object.entries(attributes))
        message.message(5, (to) => {
          attribute(to, key, value);
        });
    });
  }

  #nameOf(tensorName: string): string {
    return this.#renamed.get(tensorName) ?? tensorName;
  }

  #share(key: string, kind: string, value: Tensor): string {
    const known = this.#shared.get(key);
    if (known !== undefined) return known;
    const name = this.name(`${this.#node}/${kind}`);
    this.#shared.set(key, name);
    this.#constants.set(name, value);
    return name;
  }

  #describe(message: ProtobufWriter, name: string, { dtype, shape }: Value): void {
    const open = this.#options.batch === 'open';
    const sizes = shape.map((size, axis) => (axis === 0 && open ? 'batch' : size));
    const text = this.#options.documentation?.tensors?.[name];
    valueInfo(message, name, isFloat(dtype) ? ONNX_TYPES.float32 : ONNX_TYPES.int64, sizes, text);
  }
}
