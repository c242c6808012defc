import { checkChoice } from '../check.ts';
import { UnsupportedOpError, type UnsupportedNode } from '../errors.ts';
import { prune } from '../graph/prune.ts';
import { contextOf } from '../ir/builder.ts';
import type { Graph, Value } from '../ir/graph.ts';
import type { OnnxAttributeValue, OnnxTarget } from '../ops/exporter.ts';
import { exporterOf } from '../ops/exporters.ts';
import { float32, type Tensor } from '../tensor/tensor.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

export interface OnnxExportOptions {
  /** `open`: the first axis of inputs and outputs is of any size, where no node fixes it; as it is by default. */
  readonly batch?: 'fixed' | 'open' | undefined;
}

/** What the files are written for (onnx/onnx, docs/Versioning.md): IR 8 belongs to opset 18. */
const IR_VERSION = 8;
const OPSET = 18;

/** TensorProto.DataType. */
const FLOAT = 1;
const INT64 = 7;

/** AttributeProto.AttributeType. */
const TYPES = { float: 1, int: 2, string: 3, ints: 7 } as const;

/**
 * Writes a graph as an ONNX file of opset 18, which other runtimes run: a network that was trained (`trainer.graph()`), one that was
 * imported, or what `differentiate` made of it. Names of inputs, outputs and nodes stay. Throws UnsupportedOpError with all nodes
 * that are no operator of ONNX.
 */
export function toOnnx(given: Graph, { batch = 'fixed' }: OnnxExportOptions = {}): Uint8Array<ArrayBuffer> {
  checkChoice('batch', batch, ['fixed', 'open']);
  const graph = prune(given);
  const writer = new GraphWriter(graph, batch === 'open');
  writer.nodes();
  return writer.finish();
}

/** Says why a node cannot be written. */
class Refusal extends Error {}

class GraphWriter implements OnnxTarget {
  readonly #graph: Graph;
  readonly #open: boolean;
  readonly #nodes: ((message: ProtobufWriter) => void)[] = [];
  readonly #constants = new Map<
    string,
    { readonly type: number; readonly shape: readonly number[]; readonly bytes: Uint8Array }
  >();
  readonly #names: Set<string>;
  /** Node that is being written. */
  #node = '';
  #count = 0;

  constructor(graph: Graph, open: boolean) {
    this.#graph = graph;
    this.#open = open;
    this.#names = new Set(graph.values.keys());
    for (const [name, constant] of graph.constants) this.#keep(name, constant);
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
    const { name, inputs, outputs, values } = this.#graph;
    const made = new Set(this.#graph.nodes.flatMap((node) => node.outputs));
    // An output must be made by a node.
    const renamed = new Map(
      outputs.filter((output) => !made.has(output)).map((output) => [output, this.name(`${output}/output`)]),
    );
    for (const [output, copy] of renamed) this.node('Identity', [output], [copy]);
    const model = new ProtobufWriter();
    model
      .int(1, IR_VERSION)
      .string(2, 'unpool')
      .message(7, (message) => {
        for (const node of this.#nodes) message.message(1, node);
        message.string(2, name || 'graph');
        for (const [constant, { type, shape, bytes }] of this.#constants) {
          message.message(5, (tensor) => {
            for (const size of shape) tensor.int(1, size);
            tensor.int(2, type).string(8, constant).bytes(9, bytes);
          });
        }
        for (const input of inputs)
          message.message(11, (value) => {
            this.#value(value, input, values.get(input)!);
          });
        for (const output of outputs) {
          message.message(12, (value) => {
            this.#value(value, renamed.get(output) ?? output, values.get(output)!);
          });
        }
      })
      .message(8, (opset) => opset.string(1, '').int(2, OPSET));
    return model.finish();
  }

  node(
    operator: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttributeValue>> = {},
  ): void {
    const name = this.#count++ === 0 ? this.#node : `${this.#node}/${String(this.#count)}`;
    const given = inputs.slice(0, inputs.findLastIndex((input) => input !== '') + 1);
    this.#nodes.push((message) => {
      for (const input of given) message.string(1, input);
      for (const output of outputs) message.string(2, output);
      message.string(3, name).string(4, operator);
      for (const [key, value] of Object.entries(attributes))
        message.message(5, (to) => {
          writeAttribute(to, key, value);
        });
    });
  }

  name(like: string): string {
    let name = like;
    for (let n = 2; this.#names.has(name); n++) name = `${like}_${String(n)}`;
    this.#names.add(name);
    return name;
  }

  whole(values: readonly number[]): string {
    const name = this.name(`${this.#node}/whole`);
    this.#keep(name, { dtype: 'int64', shape: [values.length], data: Float64Array.from(values) });
    return name;
  }

  scalar(value: number): string {
    const name = this.name(`${this.#node}/number`);
    this.#keep(name, float32([], [value]));
    return name;
  }

  refuse(reason: string): never {
    throw new Refusal(reason);
  }

  #keep(name: string, { dtype, shape, data }: Tensor): void {
    const isWhole = dtype !== 'float32' && dtype !== 'float64';
    const numbers = isWhole ? BigInt64Array.from(data as ArrayLike<number>, BigInt) : Float32Array.from(data);
    this.#constants.set(name, { type: isWhole ? INT64 : FLOAT, shape, bytes: new Uint8Array(numbers.buffer) });
  }

  #value(message: ProtobufWriter, name: string, { dtype, shape }: Value): void {
    message.string(1, name).message(2, (type) =>
      type.message(1, (tensor) =>
        tensor.int(1, dtype === 'float32' ? FLOAT : INT64).message(2, (dims) => {
          for (const [axis, size] of shape.entries()) {
            dims.message(1, (dim) => (axis === 0 && this.#open ? dim.string(2, 'batch') : dim.int(1, size)));
          }
        }),
      ),
    );
  }
}

function writeAttribute(message: ProtobufWriter, name: string, value: OnnxAttributeValue): void {
  message.string(1, name);
  if (typeof value === 'number') message.int(3, value).int(20, TYPES.int);
  else if (typeof value === 'string') message.string(4, value).int(20, TYPES.string);
  else if ('float' in value) message.float(2, value.float).int(20, TYPES.float);
  else {
    for (const each of value) message.int(8, each);
    message.int(20, TYPES.ints);
  }
}
