import { createCpuBackend } from '../../src/engine/cpu/backend.ts';
import { INSTRUCTION_SETS, type InstructionSet } from '../../src/cpu/instructions.ts';
import type { Graph } from '../../src/ir/graph.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { guidedBackprop, oneHot } from '../guided.ts';
import { host, type Goal, type Row } from '../host.ts';
import { interleave, warmUp } from '../interleave.ts';
import { onnxOf } from '../onnx-of.ts';
import { ortGraph } from '../peers/ort.ts';
import type { Peer } from '../peers/peer.ts';
import { differences } from '../peers/peers.ts';
import { tfjs } from '../peers/tfjs.ts';
import { torchPass, type TorchPass } from '../peers/torch.ts';
import { unpool, type Own } from '../peers/unpool.ts';
import { randomNet, squeezeNet } from '../subjects.ts';
import type { Bench, Part } from './part.ts';

/** As for the reference gradients: a value near a kink may take another path in another order of sums. */
const MAX_ERROR = 5e-3;
/** Nodes that a profile names. */
const NAMED = 8;

interface Pass {
  readonly network: string;
  readonly pass: 'forward' | 'forward and guided backward';
  readonly graph: Graph;
  readonly feeds: Readonly<Record<string, Tensor>>;
  /** Whose numbers are compared. */
  readonly output: string;
  /** How many times less CPU time than onnxruntime-web is hoped for. */
  readonly goals: Readonly<Partial<Record<InstructionSet, number>>>;
  /** Libraries that are there for this pass alone. */
  readonly others?: () => Promise<readonly (Peer | undefined)[]>;
  /** Cheaper than PyTorch on one thread. */
  readonly beatsTorch?: boolean;
}

/** Networks beside other libraries, from numbers in memory to numbers in memory; ours in its Worker. */
export const cpuNetworks: Part = async ({ cost }) => {
  const rows: Row[] = [];
  const goals: Goal[] = [];
  const notes: string[] = [...NOTES];
  for (const open of PASSES) {
    const pass = await open();
    host.progress(`${pass.network}, ${pass.pass}`);
    const outcome = await compare(pass, cost);
    rows.push(...outcome.rows);
    goals.push(...outcome.goals);
    notes.push(outcome.profile);
    host.progress(outcome.profile);
    for (const { text, reached } of outcome.goals) host.progress(`${text} ${reached.toFixed(2)}`);
  }
  return { rows, goals, notes };
};

const NOTES = [
  'onnxruntime-web reads our graph, backward pass included, written in ONNX (bench/onnx-of.ts). tfjs is there for what its ' +
    'operations can make; PyTorch and Captum, in processes of their own, where `python3`, or what PYTHON names, has them.',
];

const PASSES: readonly (() => Promise<Pass>)[] = [
  async () => {
    const subject = await squeezeNet();
    const { name: network, graph, input } = subject;
    return {
      network,
      pass: 'forward',
      graph,
      feeds: { [graph.inputs[0]!]: input },
      output: graph.outputs[0]!,
      goals: { 'relaxed-simd': 1.5, simd: 1.25 },
      others: async () => [await tfjs(subject, 'wasm', { resident: false }), ...(await torch('forward', input))],
    };
  },
  async () => {
    const { name: network, graph: plain, input } = await squeezeNet();
    const graph = guidedBackprop(plain);
    return {
      network,
      pass: 'forward and guided backward',
      graph,
      feeds: { [plain.inputs[0]!]: input, seed: oneHot(graph, 'seed') },
      output: graph.outputs[1]!,
      goals: { 'relaxed-simd': 2.1, simd: 1.7 },
      others: () => torch('guided', input),
      beatsTorch: true,
    };
  },
  ...(['mobilenetv2', 'resnet18', 'vgg11'] as const).map((net) => (): Promise<Pass> => {
    const { name: network, graph, input } = randomNet(net);
    return Promise.resolve({
      network,
      pass: 'forward',
      graph,
      feeds: { [graph.inputs[0]!]: input },
      output: graph.outputs[0]!,
      goals: { 'relaxed-simd': 1.3 },
    });
  }),
];

function torch(pass: TorchPass, input: Tensor): Promise<(Peer | undefined)[]> {
  return Promise.all([1, 2].map((threads) => torchPass(pass, input, threads)));
}

async function compare(
  { network, pass, graph, feeds, output, goals: hoped, others, beatsTorch = false }: Pass,
  cost: Bench['cost'],
): Promise<{ rows: Row[]; goals: Goal[]; profile: string }> {
  const sets = INSTRUCTION_SETS.filter((set) => hoped[set] !== undefined);
  const backends = await Promise.all(sets.map((set) => createCpuBackend({ instructions: [set] })));
  const own: Own[] = [];
  for (const [i, backend] of backends.entries())
    own.push(await unpool(backend, graph, feeds, { resident: false, output, name: `Unpool, ${sets[i]!}` }));
  const peer = await ortGraph(onnxOf(graph), feeds, { output });
  const found = (await others?.()) ?? [];
  const contenders: Peer[] = [...own, peer, ...found.filter((each) => each !== undefined)];
  const difference = await differences(contenders, MAX_ERROR);
  await warmUp(contenders);
  const timings = await interleave(contenders);
  const slowest = await own[0]!.slowest();
  for (const { dispose } of contenders) await dispose?.();
  for (const backend of backends) backend.dispose();

  const costOf = ({ name }: Peer): number => cost(timings.get(name)!);
  const rows = contenders.map((contender) => {
    const { coreMs, wallMs, rounds } = timings.get(contender.name)!;
    return {
      network,
      pass,
      library: contender.name,
      'core-ms': coreMs,
      'wall ms': wallMs,
      rounds,
      'times our cost': costOf(contender) / costOf(own[0]!),
      'relative L2 difference': difference.get(contender.name)!,
    };
  });
  const goal = (than: Peer, ours: Own, atLeast: number): Goal => ({
    text: `${network}, ${pass}: ${ours.name}, times less CPU time than ${than.name}`,
    reached: costOf(than) / costOf(ours),
    bound: { atLeast },
    unit: '×',
  });
  const goals = own.map((each, i) => goal(peer, each, hoped[sets[i]!]!));
  const python = contenders.find(({ name }) => /PyTorch.* 1 thread$/.test(name));
  if (beatsTorch && python) goals.push(goal(python, own[0]!, 1));
  return { rows, goals, profile: `${network}, ${pass}: ${describeProfile(graph, slowest)}` };
}

/** The nodes that take longest, with their shapes, and what operations of each type take together. */
function describeProfile({ nodes, values }: Graph, times: readonly { node: string; ms: number }[]): string {
  const known = new Map(nodes.map((node) => [node.name, node]));
  const whole = times.reduce((sum, { ms }) => sum + ms, 0);
  const byOp = new Map<string, number>();
  for (const { node, ms } of times) {
    const op = known.get(node)?.op ?? 'other';
    byOp.set(op, (byOp.get(op) ?? 0) + ms);
  }
  const shapeOf = (name: string | undefined): string => (name && values.get(name)?.shape.join('×')) ?? '';
  const named = times.slice(0, NAMED).map(({ node, ms }) => {
    const { op = '', inputs = [], outputs = [] } = known.get(node) ?? {};
    return `${op} ${inputs.slice(0, 2).map(shapeOf).join(' ')} → ${shapeOf(outputs[0])} ${ms.toFixed(2)}`;
  });
  const ops = [...byOp].sort(([, a], [, b]) => b - a).map(([op, ms]) => `${op} ${ms.toFixed(1)}`);
  return `nodes take ${whole.toFixed(1)} ms: ${ops.join(', ')}; most: ${named.join('; ')}.`;
}
