import { fold } from '../src/graph/fold.ts';
import { contextOf } from '../src/ir/builder.ts';
import type { Graph } from '../src/ir/graph.ts';
import { importOnnx } from '../src/onnx/import.ts';
import { opOf } from '../src/ops/registry.ts';
import { sizeOf, type Shape } from '../src/tensor/shape.ts';
import { NETS } from '../test/support/nets.ts';
import { Random } from '../test/support/random.ts';
import { onnxFile, type FileModel, type FileTensor } from '../test/onnx/file.ts';
import { host } from './host.ts';
import type { Subject } from './peers/peer.ts';

const SEED = 1;

async function subject(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<Subject> {
  const graph = fold(await importOnnx(bytes));
  const input = new Random(SEED).tensor(graph.values.get(graph.inputs[0]!)!.shape);
  return { name, bytes, graph, input };
}

/** A network with random weights, on noise. */
export function randomNet(net: keyof typeof NETS): Pick<Subject, 'name' | 'graph' | 'input'> {
  const graph = NETS[net]();
  return { name: graph.name, graph, input: new Random(SEED).tensor(graph.values.get(graph.inputs[0]!)!.shape) };
}

/** Floating-point operations of a pass. */
export function flopsOf({ nodes, values }: Graph): number {
  return nodes.reduce((sum, node) => sum + (opOf(node.op).flops?.(contextOf(node, values)) ?? 0), 0);
}

/** The network that comes with the library, on noise of the size of a picture. */
export async function squeezeNet(): Promise<Subject> {
  const { name, bytes, graph, input } = await subject('SqueezeNet 1.1', await host.read('models/squeezenet1.1.onnx'));
  return { name, bytes, graph, input: { ...input, data: Float32Array.from(input.data, (v) => 50 * v) } };
}

/** A layer with random weights whose speed is compared. */
export interface Layer {
  /** How the tables call it. */
  readonly label: string;
  readonly load: () => Promise<Subject>;
  /** Share of FMA in 6 chains that is hoped for. */
  readonly goal?: number;
  /** Has weights that `halveWeights` changes. */
  readonly halves?: boolean;
}

interface ConvOptions {
  readonly stride?: number;
  readonly pad?: number;
  readonly group?: number;
  readonly goal?: number;
}

/** A convolution c → k of an r×r filter over an image of side h. */
function conv(
  label: string,
  [c, k]: readonly [number, number],
  r: number,
  h: number,
  { stride = 1, pad = 0, group = 1, goal }: ConvOptions = {},
): Layer {
  const attributes = { kernel_shape: [r, r], strides: [stride, stride], pads: [pad, pad, pad, pad], group };
  return layer(label, 'Conv', [1, c, h, h], [[k, c / group, r, r], [k]], attributes, goal);
}

function layer(
  label: string,
  type: string,
  input: Shape,
  weights: readonly Shape[],
  attributes: NonNullable<NonNullable<FileModel['nodes']>[number]['attributes']>,
  goal?: number,
): Layer {
  const load = (): Promise<Subject> => {
    const random = new Random(SEED + 1);
    const names = weights.map((_, i) => `w${String(i)}`);
    const file = onnxFile({
      inputs: [{ name: 'x', dims: input }],
      initializers: weights.map((dims, i) => randomTensor(names[i]!, dims, random)),
      nodes: [{ type, name: 'layer', inputs: ['x', ...names], outputs: ['y'], attributes }],
      outputs: [{ name: 'y' }],
    });
    return subject(label, file as Uint8Array<ArrayBuffer>);
  };
  return { label, load, ...(goal !== undefined && { goal }) };
}

/** Uniform, since millions of normal numbers take seconds. */
function randomTensor(name: string, dims: Shape, random: Random): FileTensor {
  const values = Float32Array.from({ length: sizeOf(dims) }, () => random.next() - 0.5);
  return {
    name,
    dims,
    write: (pbf) => {
      pbf.writeBytesField(9, new Uint8Array(values.buffer));
    },
  };
}

/**
 * Layers of AlexNet, SqueezeNet, VGG, ResNet, GoogLeNet and MobileNet. The goals: 28 % of FMA in 6 chains for the large
 * 3×3 and 5×5 filters, and for b, h and the matrix–vector product 1.5, 1.5 and 1.3 times the share that prototypes
 * reached on SwiftShader (4.7, 6.0 and 1.5 of 51 GF/s).
 */
export const LAYERS: readonly Layer[] = [
  conv('a 3→64 11×11/4, 224', [3, 64], 11, 224, { stride: 4, pad: 2 }),
  conv('b 3→64 3×3/2, 227', [3, 64], 3, 227, { stride: 2, goal: (1.5 * 4.7) / 51 }),
  conv('c 64→64 3×3, 56', [64, 64], 3, 56, { pad: 1, goal: 0.28 }),
  conv('d 128→128 3×3, 28', [128, 128], 3, 28, { pad: 1, goal: 0.28 }),
  conv('e 256→256 3×3, 14', [256, 256], 3, 14, { pad: 1, goal: 0.28 }),
  conv('f 64→16 1×1, 56', [64, 16], 1, 56),
  conv('g 16→64 1×1, 56', [16, 64], 1, 56),
  conv('h 512→1000 1×1, 13', [512, 1000], 1, 13, { goal: (1.5 * 6.0) / 51 }),
  conv('i 96→256 5×5, 27', [96, 256], 5, 27, { pad: 2, goal: 0.28 }),
  conv('j depthwise 32 3×3, 112', [32, 32], 3, 112, { pad: 1, group: 32 }),
  conv('k 64→64 3×3, 224', [64, 64], 3, 224, { pad: 1, goal: 0.28 }),
  layer('max-pool 3×3/2 64, 55', 'MaxPool', [1, 64, 55, 55], [], { kernel_shape: [3, 3], strides: [2, 2] }),
  {
    ...layer('fc 9216→4096', 'Gemm', [1, 9216], [[4096, 9216], [4096]], { transB: 1 }, (1.3 * 1.5) / 51),
    halves: true,
  },
];

/** Layers that only the bench of the CPU compares. */
export const MORE_LAYERS: readonly Layer[] = [
  conv('depthwise 96 3×3/2, 112', [96, 96], 3, 112, { stride: 2, pad: 1, group: 96 }),
  conv('7×7/2 3→64, 224', [3, 64], 7, 224, { stride: 2, pad: 3 }),
  conv('3×3/2 128→256, 28', [128, 256], 3, 28, { stride: 2, pad: 1 }),
];
