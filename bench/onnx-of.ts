import type { Attributes, Graph, Node } from '../src/ir/graph.ts';
import { sizeOf, type Shape } from '../src/tensor/shape.ts';
import type { Tensor } from '../src/tensor/tensor.ts';
import { onnxFile, type FileNode, type FileTensor } from '../test/onnx/file.ts';

/** A graph of ours as a file for other libraries. */
export interface OnnxModel {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Constants that are too large to be copied into a file: it names them, and whoever reads it is given them. */
  readonly externalData: readonly { readonly path: string; readonly data: Uint8Array<ArrayBuffer> }[];
}

const INT64 = 7;
const OPSET = 17;
/** Bytes of a constant from which on it stays outside of the file. */
const LARGE = 2 ** 24;

type FileAttributes = NonNullable<FileNode['attributes']>;

/**
 * Writes a graph with the operators of ONNX, the backward passes included: a network with guided backpropagation becomes one
 * file for a library that knows no gradients. Throws for an operation that it has no operators for.
 */
export function onnxOf(graph: Graph): OnnxModel {
  const writer = new Writer(graph);
  for (const node of graph.nodes) writer.add(node);
  return writer.finish();
}

class Writer {
  readonly #graph: Graph;
  readonly #nodes: FileNode[] = [];
  readonly #initializers = new Map<string, FileTensor>();
  readonly #externalData: { path: string; data: Uint8Array<ArrayBuffer> }[] = [];
  #made = 0;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  finish(): OnnxModel {
    const { inputs, outputs, values } = this.#graph;
    const bytes = onnxFile({
      opset: OPSET,
      nodes: this.#nodes,
      initializers: [...this.#initializers.values()],
      inputs: inputs.map((name) => ({ name, dims: values.get(name)!.shape })),
      outputs: outputs.map((name) => ({ name, type: values.get(name)!.dtype === 'uint32' ? INT64 : 1 })),
    });
    return { bytes: bytes as Uint8Array<ArrayBuffer>, externalData: this.#externalData };
  }

  add(node: Node): void {
    const { op, inputs, outputs, attributes } = node;
    const [y] = outputs;
    const given = inputs.map((name) => this.#use(name));
    switch (op) {
      case 'conv2d':
        if (inputs.length > 3 || attributes['low'] !== undefined) throw this.#refuse(node);
        this.#emit('Conv', given, outputs, windows(node, this.#shape(inputs[1]!).slice(2)));
        return;
      case 'conv2d-input-grad':
        this.#inputGradient(node);
        return;
      case 'max-pool':
        this.#emit('MaxPool', given, outputs, {
          ...windows(node, list(attributes, 'kernel')),
          ceil_mode: Number(attributes['ceilMode']),
        });
        return;
      case 'max-unpool':
        this.#unpool(node);
        return;
      case 'relu':
        this.#emit('Relu', given, outputs);
        return;
      case 'clip': {
        const bounds = ['min', 'max'].map((key) => this.#number(attributes[key] as number));
        this.#emit('Clip', [...given, ...bounds], outputs);
        return;
      }
      case 'relu-grad':
        this.#reluGradient(node);
        return;
      case 'reduce':
        this.#reduce(node);
        return;
      case 'add':
      case 'sub':
      case 'mul':
      case 'div':
        this.#emit(`${op[0]!.toUpperCase()}${op.slice(1)}`, given, outputs);
        return;
      case 'concat':
        this.#emit('Concat', given, outputs, { axis: attributes['axis'] as number });
        return;
      case 'gemm':
        if (attributes['alpha'] !== 1 || attributes['beta'] !== 1) throw this.#refuse(node);
        this.#emit('Gemm', given, outputs, {
          transA: Number(attributes['transA']),
          transB: Number(attributes['transB']),
        });
        return;
      case 'reshape':
        this.#emit('Reshape', [...given, this.#integers(this.#shape(y!))], outputs);
        return;
      case 'expand':
        this.#emit('Expand', [...given, this.#integers(this.#shape(y!))], outputs);
        return;
      case 'slice':
        this.#slice(node);
        return;
      default:
        throw this.#refuse(node);
    }
  }

  /** With one step in each direction it is a convolution with turned filters, which libraries do faster. */
  #inputGradient(node: Node): void {
    const { inputs, outputs, attributes } = node;
    if (inputs.length > 2 || attributes['rule'] !== undefined) throw this.#refuse(node);
    const [dy, w] = inputs as [string, string];
    const [, , ...kernel] = this.#shape(w) as [number, number, number, number];
    const { strides, pads, dilations, group } = windows(node, kernel) as Record<string, readonly number[]>;
    const turned = pads!.map((pad, i) => kernel[i % 2]! - 1 - pad);
    const plain = [...strides!, ...dilations!].every((n) => n === 1) && Number(group) === 1;
    if (plain && turned.every((pad) => pad >= 0)) {
      const filters = this.#constant(turnedFilters(this.#graph.constants.get(w)!));
      const around = { kernel_shape: kernel, pads: turned };
      this.#emit('Conv', [this.#use(dy), filters], outputs, around);
      return;
    }
    const [counts, sizes] = [dy, outputs[0]!].map((name) => this.#shape(name).slice(2)) as readonly number[][];
    const rest = sizes!.map((size, i) => {
      const covered = strides![i]! * (counts![i]! - 1) + dilations![i]! * (kernel[i]! - 1) + 1;
      return size + pads![i]! + pads![i + 2]! - covered;
    });
    const all = { ...windows(node, kernel), output_padding: rest };
    this.#emit('ConvTranspose', [this.#use(dy), this.#use(w)], outputs, all);
  }

  /** Values are added where their maxima were. */
  #unpool(node: Node): void {
    if (node.attributes['overlap'] !== 'accumulate') throw this.#refuse(node);
    const shape = this.#shape(node.outputs[0]!);
    const flat = this.#integers([-1]);
    const [dy, switches] = node.inputs.map((name) => this.#emit('Reshape', [this.#use(name), flat]));
    const zeros = this.#constant({ dtype: 'float32', shape: [sizeOf(shape)], data: new Float32Array(sizeOf(shape)) });
    const scattered = this.#emit('ScatterElements', [zeros, switches!, dy!], undefined, { axis: 0, reduction: 'add' });
    this.#emit('Reshape', [scattered, this.#integers(shape)], node.outputs);
  }

  #reluGradient({ inputs, outputs, attributes }: Node): void {
    const [y, dy] = inputs.map((name) => this.#use(name)) as [string, string];
    const { rule, low, high } = attributes as { rule: string; low: number; high: number };
    const signal = rule === 'gradient' ? dy : this.#emit('Relu', [dy], rule === 'deconvnet' ? outputs : undefined);
    if (rule === 'deconvnet') return;
    let active = this.#emit('Greater', [y, this.#number(low)]);
    if (high < Infinity) active = this.#emit('And', [active, this.#emit('Less', [y, this.#number(high)])]);
    this.#emit('Where', [active, signal, this.#number(0)], outputs);
  }

  #reduce(node: Node): void {
    const { inputs, outputs, attributes } = node;
    const [x] = inputs.map((name) => this.#use(name));
    const axes = list(attributes, 'axes');
    const keepdims = attributes['keepdims'] as boolean;
    if (attributes['mode'] !== 'mean') throw this.#refuse(node);
    if (keepdims && String(axes) === '2,3') this.#emit('GlobalAveragePool', [x!], outputs);
    else this.#emit('ReduceMean', [x!], outputs, { axes, keepdims: Number(keepdims) });
  }

  #slice({ inputs, outputs, attributes }: Node): void {
    const [starts, steps] = [list(attributes, 'starts'), list(attributes, 'steps')];
    const sizes = this.#shape(outputs[0]!);
    // Axes that are left whole need not be named.
    const axes = sizes.flatMap((n, axis) => (n === this.#shape(inputs[0]!)[axis] ? [] : [axis]));
    const pick = (of: (axis: number) => number): string => this.#integers(axes.map(of));
    const ends = pick((axis) => starts[axis]! + (sizes[axis]! - 1) * steps[axis]! + Math.sign(steps[axis]!));
    const box = [pick((axis) => starts[axis]!), ends, pick((axis) => axis), pick((axis) => steps[axis]!)];
    this.#emit('Slice', [this.#use(inputs[0]!), ...box], outputs);
  }

  /** Adds a node, and returns the name of its first output. */
  #emit(type: string, inputs: readonly string[], wanted?: readonly string[], attributes: FileAttributes = {}): string {
    const outputs = wanted ?? [this.#name()];
    this.#nodes.push({ type, name: `${type} ${String(this.#nodes.length)}`, inputs, outputs, attributes });
    return outputs[0]!;
  }

  /** A tensor of the graph, which is written where it is a constant. */
  #use(name: string): string {
    const constant = this.#graph.constants.get(name);
    if (constant && !this.#initializers.has(name)) this.#write(name, constant);
    return name;
  }

  #constant(tensor: Tensor): string {
    return this.#write(this.#name(), tensor);
  }

  #number(value: number): string {
    return this.#constant({ dtype: 'float32', shape: [], data: Float32Array.of(value) });
  }

  #integers(values: readonly number[]): string {
    const name = this.#name();
    this.#initializers.set(name, {
      name,
      dims: [values.length],
      type: INT64,
      // Negative ones too, which a list of varints would take ten bytes for.
      write: (pbf) => {
        pbf.writeBytesField(9, new Uint8Array(BigInt64Array.from(values, BigInt).buffer));
      },
    });
    return name;
  }

  #write(name: string, { dtype, shape: dims, data }: Tensor): string {
    if (dtype !== 'float32') throw new Error(`${name}: no constants of ${dtype}`);
    const { buffer, byteOffset, byteLength } = data as Float32Array<ArrayBuffer>;
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    const outside = byteLength > LARGE;
    if (outside) this.#externalData.push({ path: name, data: bytes });
    this.#initializers.set(name, {
      name,
      dims,
      write: (pbf) => {
        if (!outside) {
          pbf.writeBytesField(9, bytes);
          return;
        }
        // TensorProto.external_data = 13, a list of entries; data_location = 14, 1 for outside.
        pbf.writeMessage(
          13,
          (path, entry) => {
            entry.writeStringField(1, 'location');
            entry.writeStringField(2, path);
          },
          name,
        );
        pbf.writeVarintField(14, 1);
      },
    });
    return name;
  }

  #name(): string {
    return `made ${String(this.#made++)}`;
  }

  #shape(name: string): Shape {
    return this.#graph.values.get(name)!.shape;
  }

  #refuse({ op, name }: Node): Error {
    return new Error(`${op} "${name}" has no operators of ONNX here`);
  }
}

function list(attributes: Attributes, key: string): readonly number[] {
  return attributes[key] as readonly number[];
}

/** How windows slide, in ONNX's words. */
function windows({ op, name, attributes }: Node, kernel: readonly number[]): FileAttributes {
  if (attributes['autoPad'] !== 'NOTSET') throw new Error(`${op} "${name}": padding by a rule`);
  const { group } = attributes as { group?: number };
  return {
    kernel_shape: kernel,
    strides: list(attributes, 'strides'),
    pads: list(attributes, 'pads'),
    dilations: list(attributes, 'dilations'),
    ...(group !== undefined && { group }),
  };
}

/** [k, c, r, s] → [c, k, r, s], each filter turned by half a turn. */
function turnedFilters({ shape, data }: Tensor): Tensor {
  const [k, c, r, s] = shape as [number, number, number, number];
  const taps = r * s;
  const turned = new Float32Array(data.length);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < c; j++) {
      for (let t = 0; t < taps; t++) turned[(j * k + i) * taps + t] = data[(i * c + j) * taps + taps - 1 - t]!;
    }
  }
  return { dtype: 'float32', shape: [c, k, r, s], data: turned };
}
