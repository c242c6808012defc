import { createCpuBackend } from '../../src/engine/cpu/backend.ts';
import { guessPreprocessing } from '../../src/engine/guess.ts';
import { pictureInputOf, type PictureInput } from '../../src/engine/picture-input.ts';
import { createReferenceBackend } from '../../src/engine/reference.ts';
import { UnpoolError } from '../../src/errors.ts';
import { differentiate, RULES } from '../../src/graph/differentiate.ts';
import { fold } from '../../src/graph/fold.ts';
import { prune } from '../../src/graph/prune.ts';
import { rewrite } from '../../src/graph/rewrite.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import type { PictureLayout } from '../../src/onnx/picture.ts';
import { readOnnx } from '../../src/onnx/read.ts';
import { float32, type Tensor } from '../../src/tensor/tensor.ts';
import { Random } from '../support/random.ts';

/** What became of a network. */
export interface Verdict {
  /** Why it does not run; the fields that could not be measured then are not there. */
  readonly refused?: string;
  /** The refusal is an error of the library's own. */
  readonly isTyped?: boolean;
  readonly loadMs: number;
  /** In the file, and after import and folding. */
  readonly nodes?: readonly [number, number];
  readonly guessed?: string;
  /** Relative L2 difference of the output from onnxruntime's, and from float64's. */
  readonly forward?: number;
  /** Relative L2 difference of the gradient to the input from that in float64 with the same masks. */
  readonly gradient?: number;
}

/** Runs a file in another library: its first output on this input, whose numbers are to be of this type of ONNX. */
export type Oracle = (bytes: Uint8Array, x: Tensor, elementType: string) => Promise<ArrayLike<number>>;

const SEED = 11;
/** The brightest of 8 bits. */
const BRIGHTEST = 255;

/** Loads a network, and compares its output and its gradient. */
export async function check(bytes: Uint8Array<ArrayBuffer>, oracle: Oracle): Promise<Verdict> {
  const began = performance.now();
  let read: Awaited<ReturnType<typeof load>>;
  try {
    read = await load(bytes);
  } catch (error) {
    return { refused: said(error), isTyped: error instanceof UnpoolError, loadMs: performance.now() - began };
  }
  const { graph, nodes, guessed, picture, elementType, bright } = read;
  const loaded = { loadMs: performance.now() - began, nodes: [nodes, graph.nodes.length] as const, guessed };
  try {
    const [input] = graph.inputs;
    const noise = new Random(SEED).tensor(graph.values.get(input!)!.shape);
    const x = bright ? float32(noise.shape, noise.data.map(toByte)) : noise;
    const { output, gradient } = await differences(graph, x);
    const expected = await oracle(bytes, asTheFileTakesIt(x, picture.layout), elementType);
    return { ...loaded, forward: relativeL2(output, expected), gradient };
  } catch (error) {
    return { ...loaded, refused: said(error), isTyped: error instanceof UnpoolError };
  }
}

interface Loaded {
  readonly graph: Graph;
  readonly nodes: number;
  readonly guessed: string;
  readonly picture: PictureInput;
  readonly elementType: string;
  /** It takes numbers of 0 to 255. */
  readonly bright: boolean;
}

async function load(bytes: Uint8Array<ArrayBuffer>): Promise<Loaded> {
  const file = await readOnnx(bytes);
  const picture = pictureInputOf(file, undefined);
  const { preprocessing, reason } = guessPreprocessing(file, picture);
  const { channels, height, width, mean, std } = preprocessing;
  const shapes = { [picture.name]: [1, mean.length, height, width] };
  const graph = fold(await importOnnx(file, { shapes, pictures: { [picture.name]: picture.layout } }));
  const guessed = `${picture.layout}, ${channels} ${String(height)}×${String(width)}, ${reason}`;
  const { elementType = '' } = file.graph.inputs.find(({ name }) => name === picture.name)!;
  const bright = std.every((n) => n === 1);
  return { graph, nodes: file.graph.nodes.length, guessed, picture, elementType, bright };
}

/** A number of a normal distribution as a step of 8 bits. */
function toByte(noise: number): number {
  return Math.round(Math.min(Math.max((noise + 2) / 4, 0), 1) * BRIGHTEST);
}

/** A picture [1, c, h, w] with its axes in the order of a file. */
function asTheFileTakesIt({ shape, data }: Tensor, layout: PictureLayout): Tensor {
  const [, c, h, w] = shape as [number, number, number, number];
  const batch = layout.startsWith('n') ? [1] : [];
  if (!layout.endsWith('hwc')) return float32([...batch, c, h, w], data);
  const turned = Float32Array.from(data, (_, i) => data[(i % c) * h * w + Math.floor(i / c)]!);
  return float32([...batch, h, w, c], turned);
}

/** The output in float32, and how far the gradient of a random sum of outputs is from that in float64 with the same masks. */
async function differences(graph: Graph, x: Tensor): Promise<{ output: ArrayLike<number>; gradient: number }> {
  const [of, image] = [graph.outputs[0]!, graph.inputs[0]!];
  const { graph: both, gradients } = differentiate(graph, { of, wrt: [image], rules: RULES.gradient });
  const gradient = gradients.get(image)!;
  const masks = [...new Set(both.nodes.flatMap((node) => masksOf(node)))];
  const seed = new Random(SEED + 1).tensor(both.values.get('seed')!.shape);
  const backend = await createCpuBackend({ worker: false });
  const program = await backend.compile(prune(both, [of, gradient, ...masks]));
  const single = await program.run({ [image]: x, seed });
  backend.dispose();

  const given = withMasks(prune(both, [gradient]), masks);
  const inputOf = (name: string): Tensor =>
    name === image ? x : name === 'seed' ? seed : single[name.slice(MASK.length)]!;
  const inputs = Object.fromEntries(given.inputs.map((name) => [name, inputOf(name)]));
  const exact = await (await createReferenceBackend().compile(given)).run(inputs);
  return { output: single[of]!.data, gradient: relativeL2(single[gradient]!.data, exact[given.outputs[0]!]!.data) };
}

/** What decides where a gradient passes: numbers on one side of a bound or the other, and where the maxima of a pool were. */
function masksOf({ op, inputs }: Graph['nodes'][number]): readonly string[] {
  return op === 'relu-grad' ? [inputs[0]!] : op === 'max-unpool' ? [inputs[1]!] : [];
}

const MASK = 'mask:';

/** With masks that are given from outside. */
function withMasks(graph: Graph, masks: readonly string[]): Graph {
  const inputs = new Set<string>();
  return rewrite(graph, (node, names, { builder }) => {
    const [mask] = masksOf(node);
    if (mask === undefined || !masks.includes(mask) || graph.inputs.includes(mask)) return undefined;
    const name = MASK + mask;
    const { dtype, shape } = graph.values.get(mask)!;
    if (!inputs.has(name)) builder.input(name, dtype, shape);
    inputs.add(name);
    const given = node.op === 'relu-grad' ? [name, names[1]!] : [names[0]!, name];
    return [{ tensor: builder.add(node.op, given, node.attributes, { name: node.name, outputs: node.outputs }) }];
  });
}

function relativeL2(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return NaN;
  let [difference, length] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i]! - expected[i]!) ** 2;
    length += expected[i]! ** 2;
  }
  return Math.sqrt(difference / length);
}

function said(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

export { withWeights } from './weights.ts';
