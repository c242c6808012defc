import * as tf from '@tensorflow/tfjs-core';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-webgpu';
import type { Attributes, Graph, Node } from '../../src/ir/graph.ts';
import type { Shape } from '../../src/tensor/shape.ts';
import type { Peer, PeerOptions, Subject } from './peer.ts';

setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/');
// Like onnxruntime-web here.
setThreadsCount(1);

/** Makes it tfjs's backend, from now on. */
export async function choose(backend: 'webgpu' | 'wasm'): Promise<void> {
  await tf.setBackend(backend);
  await tf.ready();
}

/** The same network built from tfjs operations, with its layout (channels last) and its fused convolutions. */
export async function tfjs(
  { graph, input }: Subject,
  backend: 'webgpu' | 'wasm',
  { resident }: PeerOptions,
): Promise<Peer> {
  await choose(backend);
  const network = new Network(graph);
  const image = input.shape.length === 4 ? channelsLast(Float32Array.from(input.data), input.shape) : input;
  const shape = [...image.shape];
  const stays = resident ? tf.tensor(Float32Array.from(image.data), shape) : undefined;
  const execute = async (): Promise<tf.Tensor> => {
    await tf.setBackend(backend);
    return tf.tidy(() => network.run(stays ?? tf.tensor(Float32Array.from(image.data), shape)));
  };
  return {
    name: `tfjs ${backend}`,
    run: async () => {
      const y = await execute();
      if (resident) await finished(y);
      else await y.data();
      y.dispose();
    },
    output: async () => {
      const y = await execute();
      return (y.rank === 4 ? tf.transpose(y, [0, 3, 1, 2]) : y).data();
    },
    dispose: async () => {
      await tf.setBackend(backend);
      network.dispose();
      stays?.dispose();
    },
  };
}

/** tfjs collects commands and has no call that only waits for them: one number is read. */
async function finished(y: tf.Tensor): Promise<void> {
  const first = tf.tidy(() => tf.slice(tf.reshape(y, [-1]), 0, 1));
  await first.data();
  first.dispose();
}

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
type Step = (x: (index: number) => tf.Tensor) => tf.Tensor;

/** A graph as tfjs runs it. Images are [n, h, w, c]. Throws for what the networks of the bench do not have. */
export class Network {
  readonly #graph: Graph;
  readonly #fused: boolean;
  readonly #constants: tf.Tensor[] = [];
  readonly #steps: { readonly step: Step; readonly inputs: readonly string[]; readonly output: string }[] = [];

  /** The gradient of a fused convolution is that of its filters too, wanted or not: `fused` is for forward passes. */
  constructor(graph: Graph, { fused = true }: { readonly fused?: boolean } = {}) {
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

  run(input: tf.Tensor): tf.Tensor {
    const values = new Map([[this.#graph.inputs[0]!, input]]);
    for (const { step, inputs, output } of this.#steps)
      values.set(
        output,
        step((i) => values.get(inputs[i]!)!),
      );
    return values.get(this.#graph.outputs[0]!)!;
  }

  dispose(): void {
    tf.dispose(this.#constants);
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
  #constant(name: string | undefined, axes?: readonly number[]): tf.Tensor | undefined {
    if (!name) return undefined;
    const { data, shape } = this.#graph.constants.get(name)!;
    const given = tf.tensor(Float32Array.from(data), [...shape]);
    const constant = axes ? tf.transpose(given, [...axes]) : given;
    this.#constants.push(given, constant);
    return constant;
  }

  #stepOf(node: Node, relu: boolean): Step {
    const { op, attributes, inputs } = node;
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
          const y = tf.maxPool(x(0) as tf.Tensor4D, kernel, strides, pad);
          if (y.shape[1] !== p || y.shape[2] !== q) throw new Error('tfjs does not round sizes up here');
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
    throw new Error(`the bench has no tfjs operation for node "${node.name}" (${op})`);
  }

  #convolution({ attributes, inputs }: Node, relu: boolean): Step {
    const { group } = attributes as { readonly group: number };
    const [k, c] = this.#shape(inputs[1]!);
    const depthwise = group > 1 && c === 1 && k === group;
    if (group > 1 && !depthwise) throw new Error('tfjs has no grouped convolutions');
    // [k, c, r, s] → [r, s, c, k]
    const filter = this.#constant(inputs[1], [2, 3, ...(depthwise ? [0, 1] : [1, 0])]) as tf.Tensor4D;
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
        const y = tf.conv2d(x(0) as tf.Tensor4D, filter, strides, pad, 'NHWC', dilations);
        return bias ? tf.add(y, bias) : y;
      };
    }
    const convolve = depthwise ? tf.fused.depthwiseConv2d : tf.fused.conv2d;
    return (x) => convolve({ x: x(0) as tf.Tensor4D, ...shared });
  }
}

function pair(attributes: Attributes, name: string): [number, number] {
  const [h, w] = attributes[name] as readonly number[];
  return [h!, w!];
}

/** Fused convolutions take one number for all sides. */
function padding(attributes: Attributes): number {
  const pads = attributes['pads'] as readonly number[];
  if (attributes['autoPad'] === 'NOTSET' && pads.every((n) => n === pads[0])) return pads[0]!;
  throw new Error(`the bench has no tfjs padding ${String(attributes['autoPad'])} ${pads.join()}`);
}
