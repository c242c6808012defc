import { createCpuBackend } from '../../src/engine/cpu/backend.ts';
import { guessPreprocessing } from '../../src/engine/guess.ts';
import { pictureInputOf } from '../../src/engine/picture-input.ts';
import { createReferenceBackend } from '../../src/engine/reference.ts';
import { UnpoolError } from '../../src/errors.ts';
import { differentiate, RULES } from '../../src/graph/differentiate.ts';
import { fold } from '../../src/graph/fold.ts';
import { prune } from '../../src/graph/prune.ts';
import { rewrite } from '../../src/graph/rewrite.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import { readOnnx } from '../../src/onnx/read.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
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

/** Runs a file in another library: its first output on this input. */
export type Oracle = (bytes: Uint8Array, input: string, x: Tensor) => Promise<ArrayLike<number>>;

const SEED = 11;

/** Loads a network, and compares its output and its gradient. */
export async function check(bytes: Uint8Array<ArrayBuffer>, oracle: Oracle): Promise<Verdict> {
  const began = performance.now();
  let read: Awaited<ReturnType<typeof load>>;
  try {
    read = await load(bytes);
  } catch (error) {
    return { refused: said(error), isTyped: error instanceof UnpoolError, loadMs: performance.now() - began };
  }
  const { graph, nodes, guessed } = read;
  const loaded = { loadMs: performance.now() - began, nodes: [nodes, graph.nodes.length] as const, guessed };
  try {
    const [input] = graph.inputs;
    const x = new Random(SEED).tensor(graph.values.get(input!)!.shape);
    const { output, gradient } = await differences(graph, x);
    const expected = await oracle(bytes, input!, x);
    return { ...loaded, forward: relativeL2(output, expected), gradient };
  } catch (error) {
    return { ...loaded, refused: said(error), isTyped: error instanceof UnpoolError };
  }
}

async function load(bytes: Uint8Array<ArrayBuffer>): Promise<{ graph: Graph; nodes: number; guessed: string }> {
  const file = await readOnnx(bytes);
  const picture = pictureInputOf(file, undefined);
  const { preprocessing, reason } = guessPreprocessing(file, picture);
  const { channels, height, width } = preprocessing;
  const graph = fold(await importOnnx(file, { pictures: { [picture.name]: picture.layout } }));
  const guessed = `${picture.layout}, ${channels} ${String(height)}×${String(width)}, ${reason}`;
  return { graph, nodes: file.graph.nodes.length, guessed };
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
