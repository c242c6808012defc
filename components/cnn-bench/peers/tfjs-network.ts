import type * as TF from '@tensorflow/tfjs-core';
import { ArgumentError, type Graph, type Node, type Shape } from '../../../src/internal.ts';

/** tfjs-core, brought by whoever compares with it. */
export type Tf = typeof TF;

/** [n, c, h, w] → [n, h, w, c] */
export function channelsLast(
  data: Float32Array,
  [n, c, h, w]: readonly number[],
): { data: Float32Array; shape: Shape } {
  const shape = [n!, h!, w!, c!];
  const moved = new Float32Array(data.length);
  const pixels = h! * w!;
  for (let i = 0; i < data.length; i++) {
    const [image, rest] = [Math.floor(i / (c! * pixels)), i % (c! * pixels)];
    moved[(image * pixels + (rest % pixels)) * c! + Math.floor(rest / pixels)] = data[i]!;
  }
  return { data: moved, shape };
}

/** A step of the network: looks up its inputs and returns its output. */
type Step = (x: (index: number) => TF.Tensor) => TF.Tensor;

/**
 * A graph built from tfjs operations, with its layout, [n, h, w, c], and its fused convolutions, as its converter would. Throws
 * ArgumentError for what has no such operation.
 */
export class TfjsNetwork {
  readonly #tf: Tf;
  readonly #graph: Graph;
  readonly #fused: boolean;
  readonly #constants: TF.Tensor[] = [];
  readonly #steps: { readonly step: Step; readonly inputs: readonly string[]; readonly output: string }[] = [];

  /** The gradient of a fused convolution is that of its filters too, wanted or not: `fused` is for forward passes. */
  constructor(tf: Tf, graph: Graph, { fused = true }: { readonly fused?: boolean } = {}) {
    this.#tf = tf;
    this.#graph = graph;
    this.#fused = fused;
    const within = new Set<Node>();
    for (const node of graph.nodes) {
      if (within.has(node)) continue;
      const relu = fused && node.op === 'conv2d' ? this.#reluAfter(node) : undefined;
      if (relu) within.add(relu);
      this.#steps.push({
        step: this.#stepOf(node, relu !== undefined),
        inputs: node.inputs,
        output: (relu ?? node).outputs[0]!,
      });
    }
  }

  run(input: TF.Tensor): TF.Tensor {
    const values = new Map([[this.#graph.inputs[0]!, input]]);
    for (const { step, inputs, output } of this.#steps)
      values.set(
        output,
        step((i) => values.get(inputs[i]!)!),
      );
    return values.get(this.#graph.outputs[0]!)!;
  }

  dispose(): void {
    this.#tf.dispose(this.#constants);
  }

  /** The ReLU that alone reads what a convolution writes. */
  #reluAfter({ outputs: [y] }: Node): Node | undefined {
    const users = this.#graph.nodes.filter(({ inputs }) => inputs.includes(y!));
    return users.length === 1 && users[0]!.op === 'relu' && !this.#graph.outputs.includes(y!) ? users[0] : undefined;
  }

  #shape(name: string): Shape {
    return this.#graph.values.get(name)!.shape;
  }

  /** A constant of the graph with its axes in another order. */
  #constant(name: string | undefined, axes?: readonly number[]): TF.Tensor | undefined {
    if (!name) return undefined;
    const { data, shape } = this.#graph.constants.get(name)!;
    const tf = this.#tf;
    const given = tf.tensor(Float32Array.from(data), [...shape]);
    const constant = axes ? tf.transpose(given, [...axes]) : given;
    this.#constants.push(given, constant);
    return constant;
  }

  #stepOf(node: Node, relu: boolean): Step {
    const { op, attributes, inputs } = node;
    const tf = this.#tf;
    switch (op) {
      case 'conv2d':
        return this.#convolution(node, relu);
      case 'relu':
        return (x) => tf.relu(x(0));
      case 'max-pool': {
        const [kernel, strides] = [pair(attributes, 'kernel'), pair(attributes, 'strides')];
        const pad = padding(attributes);
        const [, , p, q] = this.#shape(node.outputs[0]!);
        return (x) => {
          const y = tf.maxPool(x(0) as TF.Tensor4D, kernel, strides, pad);
          if (y.shape[1] !== p || y.shape[2] !== q)
            throw new ArgumentError('tfjs does not round sizes up', { where: node.name });
          return y;
        };
      }
      case 'concat':
        if (attributes['axis'] !== 1) break;
        return (x) =>
          tf.concat(
            inputs.map((_, i) => x(i)),
            3,
          );
      case 'reduce':
        if (attributes['mode'] !== 'mean' || String(attributes['axes']) !== '2,3') break;
        return (x) => tf.mean(x(0), [1, 2], attributes['keepdims'] === true);
      case 'reshape': {
        const [, , h = 1, w = 1] = this.#shape(inputs[0]!);
        if (h * w > 1) break;
        const shape = [...this.#shape(node.outputs[0]!)];
        return (x) => tf.reshape(x(0), shape);
      }
      case 'gemm': {
        if (attributes['alpha'] !== 1 || attributes['beta'] !== 1) break;
        const [b, bias] = [this.#constant(inputs[1])!, this.#constant(inputs[2])];
        const [transposeA, transposeB] = [attributes['transA'] === true, attributes['transB'] === true];
        return (x) => tf.fused.matMul({ a: x(0), b, transposeA, transposeB, ...(bias && { bias }) });
      }
    }
    throw new ArgumentError(`tfjs has no operation like ${op}`, { where: node.name });
  }

  #convolution({ name, attributes, inputs }: Node, relu: boolean): Step {
    const tf = this.#tf;
    const { group } = attributes as { readonly group: number };
    const [k, c] = this.#shape(inputs[1]!);
    const depthwise = group > 1 && c === 1 && k === group;
    if (group > 1 && !depthwise) throw new ArgumentError('tfjs has no grouped convolutions', { where: name });
    // [k, c, r, s] → [r, s, c, k]
    const filter = this.#constant(inputs[1], [2, 3, ...(depthwise ? [0, 1] : [1, 0])]) as TF.Tensor4D;
    const bias = this.#constant(inputs[2]);
    const shared = {
      filter,
      strides: pair(attributes, 'strides'),
      pad: padding(attributes),
      dilations: pair(attributes, 'dilations'),
      ...(bias && { bias }),
      ...(relu && { activation: 'relu' as const }),
    };
    if (!this.#fused && !depthwise) {
      const { strides, pad, dilations } = shared;
      return (x) => {
        const y = tf.conv2d(x(0) as TF.Tensor4D, filter, strides, pad, 'NHWC', dilations);
        return bias ? tf.add(y, bias) : y;
      };
    }
    const convolve = depthwise ? tf.fused.depthwiseConv2d : tf.fused.conv2d;
    return (x) => convolve({ x: x(0) as TF.Tensor4D, ...shared });
  }
}

function pair(attributes: Node['attributes'], name: string): [number, number] {
  const [h, w] = attributes[name] as readonly number[];
  return [h!, w!];
}

/** Fused convolutions take one number for all sides. */
function padding(attributes: Node['attributes']): number {
  const pads = attributes['pads'] as readonly number[];
  if (attributes['autoPad'] === 'NOTSET' && pads.every((n) => n === pads[0])) return pads[0]!;
  throw new ArgumentError('tfjs pads all sides alike', { got: `${String(attributes['autoPad'])} ${pads.join()}` });
}
