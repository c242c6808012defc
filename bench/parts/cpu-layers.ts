import { createCpuBackend } from '../../src/engine/cpu/backend.ts';
import { INSTRUCTION_SETS, type InstructionSet } from '../../src/cpu/instructions.ts';
import type { GraphBuilder } from '../../src/ir/builder.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { graphBuilder } from '../../src/ops/registry.ts';
import { sizeOf } from '../../src/tensor/shape.ts';
import { float32 } from '../../src/tensor/tensor.ts';
import { host, type Goal, type Row } from '../host.ts';
import { interleave, warmUp } from '../interleave.ts';
import { onnxOf } from '../onnx-of.ts';
import { ortGraph } from '../peers/ort.ts';
import { differences } from '../peers/peers.ts';
import { unpool, type Own } from '../peers/unpool.ts';
import { flopsOf, LAYERS, MORE_LAYERS, type Layer } from '../subjects.ts';
import type { Bench, Part } from './part.ts';

/** A layer is put into the graph so often, so that a call, and the way of its input, are a small part of it. */
const RUN_FLOPS = 1e9;
const MAX_COPIES = 64;

/** Below this rate of onnxruntime-web at this layer it runs in code that its engine has not optimised. */
const VOID_BELOW = 18;
const VOID_LAYER = 'c';

/** How many times less CPU time than onnxruntime-web is hoped for, by the beginning of the label. */
const GOALS: Readonly<Record<InstructionSet, Readonly<Record<string, number>>>> = {
  'relaxed-simd': {
    a: 1.6,
    c: 2.2,
    d: 2.2,
    e: 2.2,
    h: 1.6,
    i: 1.6,
    k: 2.2,
    '7×7/2': 1.6,
    '3×3/2': 1.6,
    'max-pool with switches': 5,
    fc: 1.2,
  },
  simd: { a: 1.2, c: 1.8, d: 1.8, e: 1.5, h: 1.2, i: 1.2, k: 1.8 },
};

/** The same where a layer takes less time than onnxruntime-web's call of it: in a call of its own, on the page's thread. */
const GOAL_OF_A_CALL = 3;
const SHORT = ['b', 'f', 'g', 'j', 'depthwise'];

interface Case {
  readonly layer: Layer;
  readonly label: string;
  readonly switches: boolean;
  /** One call for each layer, not for many. */
  readonly isAlone?: boolean;
}

const CASES: readonly Case[] = [...LAYERS, ...MORE_LAYERS].flatMap((layer) => {
  const { label } = layer;
  const each = { layer, label, switches: false };
  if (SHORT.includes(label.split(' ')[0]!)) return [each, { ...each, label: `${label}, one call`, isAlone: true }];
  if (!label.startsWith('max-pool')) return [each];
  return [true, false].map((switches) => ({
    layer,
    label: label.replace('max-pool', `max-pool ${switches ? 'with' : 'without'} switches`),
    switches,
  }));
});

/** Single layers beside onnxruntime-web, one thread each; ours in its Worker, as a page uses it, but for short calls. */
export const cpuLayers: Part = async ({ cost }) => {
  const rows: Row[] = [];
  const goals: Goal[] = [];
  let rateOfPeer = NaN;
  for (const each of CASES) {
    const { row, ratios, peerRate } = await compare(each, cost);
    rows.push(row);
    for (const [set, ratio] of ratios) {
      const key = Object.keys(GOALS[set]).find((start) => `${each.label} `.startsWith(`${start} `));
      const ofMany = key === undefined ? undefined : GOALS[set][key];
      const atLeast = each.isAlone && set === 'relaxed-simd' ? GOAL_OF_A_CALL : ofMany;
      const text = `${each.label}, ${set}: times less CPU time than onnxruntime-web`;
      if (atLeast !== undefined) goals.push({ text, reached: ratio, bound: { atLeast }, unit: '×' });
    }
    if (each.label.startsWith(`${VOID_LAYER} `)) rateOfPeer = peerRate;
  }
  const text = `layer ${VOID_LAYER}: GF/s of onnxruntime-web, below which the run says nothing`;
  goals.push({ text, reached: rateOfPeer, bound: { atLeast: VOID_BELOW }, unit: '' });
  const isVoid = rateOfPeer < VOID_BELOW;
  return { rows, goals, notes: NOTES, ...(isVoid && { isVoid }) };
};

const NOTES = [
  `The same graph on both sides: the layer up to ${String(MAX_COPIES)} times, of the same input and weights with biases of ` +
    'their own, and one row of each result, joined to one output. So what a call costs is shared by all of them, and so is ' +
    'the way of the input, but for what is called alone. onnxruntime-web takes the pools as they are: it would make one of equal ones.',
];

interface Comparison {
  readonly row: Row;
  /** CPU time of onnxruntime-web, in multiples of ours. */
  readonly ratios: readonly (readonly [InstructionSet, number])[];
  /** GF/s of onnxruntime-web. */
  readonly peerRate: number;
}

async function compare({ layer, label, switches, isAlone = false }: Case, cost: Bench['cost']): Promise<Comparison> {
  const { graph: single, input } = await layer.load();
  const flops = flopsOf(single);
  const copies = Math.min(isAlone ? 1 : MAX_COPIES, Math.ceil(RUN_FLOPS / flops));
  const graph = repeated(single, copies, switches);
  const feeds = { [graph.inputs[0]!]: input };
  const backends = await Promise.all(
    INSTRUCTION_SETS.map((set) => createCpuBackend({ instructions: [set], worker: !isAlone })),
  );
  const own: Own[] = [];
  for (const [i, backend] of backends.entries())
    own.push(await unpool(backend, graph, feeds, { resident: true, name: `Unpool, ${INSTRUCTION_SETS[i]!}` }));
  const optimised = single.constants.size > 0;
  const peer = await ortGraph(onnxOf(graph), feeds, { output: graph.outputs[0]!, optimised });
  const contenders = [...own, peer];
  const difference = await differences(contenders);
  await warmUp(contenders);
  const timings = await interleave(contenders);
  const alone = (await own[0]!.slowest()).filter(({ node }) => !/^(slice|concat)/.test(node));
  for (const { dispose } of contenders) await dispose?.();
  for (const backend of backends) backend.dispose();

  const costs = contenders.map(({ name }) => cost(timings.get(name)!) / copies);
  const rates = costs.map((ms) => flops / ms / 1e6);
  const ratios = INSTRUCTION_SETS.map((set, i) => [set, costs.at(-1)! / costs[i]!] as const);
  const columns = contenders.map(({ name }, i) => ({
    name: name.replace('Unpool, ', ''),
    ms: costs[i]!,
    rate: rates[i]!,
  }));
  const row = {
    layer: label,
    copies,
    ...Object.fromEntries(columns.map(({ name, ms }) => [`${name}, core-ms`, ms])),
    ...Object.fromEntries(columns.map(({ name, rate }) => [`${name}, GF/s`, rate])),
    ...Object.fromEntries(ratios.map(([set, ratio]) => [`${set}, times faster`, ratio])),
    'relative L2 difference': Math.max(...difference.values()),
    rounds: timings.get(peer.name)!.rounds,
  };
  const figures = ratios.map(([set, ratio], i) => `${set} ${rates[i]!.toFixed(1)} GF/s, ${ratio.toFixed(2)} ×`);
  const each = alone.reduce((sum, { ms }) => sum + ms, 0) / copies;
  host.progress(
    `${label}: relaxed kernel alone ${each.toFixed(3)} ms, ${(flops / each / 1e6).toFixed(1)} GF/s; onnxruntime-web ${rates.at(-1)!.toFixed(1)} GF/s, ${figures.join(', ')}`,
  );
  return { row, ratios, peerRate: rates.at(-1)! };
}

/**
 * The layer several times, with one row of each result in the output. Equal nodes of equal inputs would be one for
 * onnxruntime-web: each has a bias of its own where there are any.
 */
function repeated(graph: Graph, copies: number, switches: boolean): Graph {
  const builder = graphBuilder(graph);
  const [{ op, inputs, attributes }] = graph.nodes as [Graph['nodes'][number]];
  const [bias] = inputs.slice(2).map((name) => graph.constants.get(name)!);
  const kept: string[][] = [[], []];
  for (let i = 0; i < copies; i++) {
    const own =
      bias &&
      builder.constant(
        'bias',
        float32(
          bias.shape,
          Float32Array.from(bias.data, (b) => b + i),
        ),
      );
    const outputs = (switches ? ['y', 'switches'] : ['y']).map((name) => `${name}${String(i)}`);
    const made = builder.addAll(op, own === undefined ? inputs : [...inputs.slice(0, 2), own], attributes, { outputs });
    for (const [at, name] of made.entries()) kept[at]!.push(firstRow(builder, name));
  }
  const joined = kept.filter((names) => names.length > 0).map((names) => builder.add('concat', names, { axis: 1 }));
  return builder.build(graph.name, joined);
}

/** Along the last axis. */
function firstRow(builder: GraphBuilder, name: string): string {
  const { shape } = builder.value(name);
  if (sizeOf(shape) === shape.at(-1)) return name;
  const sizes = shape.map((_, axis) => (axis < shape.length - 1 ? 1 : -1));
  return builder.add('slice', [name], { starts: shape.map(() => 0), sizes, steps: shape.map(() => 1) });
}
