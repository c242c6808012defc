import { prune } from '../../src/graph/prune.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { graphBuilder } from '../../src/ops/registry.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { guidedBackprop, oneHot } from '../guided.ts';
import type { Goal, Row } from '../host.ts';
import { interleave } from '../interleave.ts';
import type { Subject } from '../peers/peer.ts';
import { unpool } from '../peers/unpool.ts';
import { LAYERS, squeezeNet } from '../subjects.ts';
import type { Bench, Part } from './part.ts';

/** Pools in one graph: one alone is over before it can be timed. */
const POOLS = 16;

/** What the backward pass and the switches cost beside the forward pass. */
export const methods: Part = async (bench) => {
  const { graph, input } = await squeezeNet();
  const guided = guidedBackprop(graph);
  const seed = oneHot(guided, 'seed');
  const image = graph.inputs[0]!;
  const passes = await beside(bench, 'SqueezeNet 1.1', [
    ['forward', graph, { [image]: input }],
    ['forward, recording switches', recording(guided), { [image]: input }],
    ['forward and guided backward', guided, { [image]: input, seed }],
  ]);
  const pool = await LAYERS.find(({ label }) => label.startsWith('max-pool'))!.load();
  const pools = await beside(bench, pool.name, [
    ['without switches', repeatedPool(pool, 1), { x: pool.input }],
    ['with switches', repeatedPool(pool, 2), { x: pool.input }],
  ]);
  // The goal, and what is still good enough.
  const both = [2.3, 3].map((atMost): Goal => ({
    text: 'SqueezeNet 1.1: forward and guided backward together, of the forward pass',
    reached: passes.ratios[1]!,
    bound: { atMost },
    unit: '×',
  }));
  const goals: Goal[] = [
    ...both,
    {
      text: 'SqueezeNet 1.1: forward pass that records switches, of one that does not',
      reached: passes.ratios[0]!,
      bound: { atMost: 1.1 },
      unit: '×',
    },
    { text: 'max-pool alone with switches, of without', reached: pools.ratios[0]!, bound: { atMost: 1.1 }, unit: '×' },
  ];
  return { rows: [...passes.rows, ...pools.rows], goals };
};

/** Its forward pass, with the switches as outputs. */
function recording(guided: Graph): Graph {
  const switches = guided.nodes.filter(({ op }) => op === 'max-pool').map(({ outputs }) => outputs[1]!);
  return prune(guided, [guided.outputs[0]!, ...switches]);
}

/** The pool several times, with one output or with two. */
function repeatedPool({ graph }: Subject, outputs: 1 | 2): Graph {
  const builder = graphBuilder();
  const x = builder.input('x', 'float32', graph.values.get(graph.inputs[0]!)!.shape);
  const { op, attributes } = graph.nodes[0]!;
  const names = Array.from({ length: POOLS }, (_, i) =>
    builder.addAll(op, [x], attributes, {
      outputs: ['y', 'switches'].slice(0, outputs).map((n) => `${n}${String(i)}`),
    }),
  );
  return builder.build('pools', names.flat());
}

type Case = readonly [name: string, graph: Graph, feeds: Readonly<Record<string, Tensor>>];

/** Graphs in turn, and the others' costs as multiples of the first's. */
async function beside(
  { backend, cost }: Bench,
  subject: string,
  cases: readonly Case[],
): Promise<{ rows: Row[]; ratios: number[] }> {
  const contenders = [];
  for (const [name, graph, feeds] of cases) {
    contenders.push(await unpool(backend, graph, feeds, { resident: true, name }));
  }
  const timings = await interleave(contenders);
  for (const contender of contenders) await contender.dispose?.();
  const [first, ...others] = contenders.map(({ name }) => cost(timings.get(name)!));
  const rows = contenders.map(({ name }) => {
    const { coreMs, wallMs, rounds } = timings.get(name)!;
    return { subject, what: name, 'core-ms': coreMs, 'wall ms': wallMs, rounds };
  });
  return { rows, ratios: others.map((other) => other / first!) };
}
