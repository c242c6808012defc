import { createWebGpuBackend } from '../../src/engine/webgpu.ts';
import { halveWeights } from '../../src/graph/halve-weights.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { graphBuilder } from '../../src/ops/registry.ts';
import { host, type Goal, type Row, type Spread } from '../host.ts';
import { interleave } from '../interleave.ts';
import { differences, loadPeers } from '../peers/peers.ts';
import { unpool } from '../peers/unpool.ts';
import { flopsOf, LAYERS, type Layer } from '../subjects.ts';
import type { GpuBench, GpuPart } from './part.ts';

/** A small layer is put into the graph several times, so that the way of its input to the GPU does not count. */
const RUN_FLOPS = 4e8;
const MAX_COPIES = 16;

/** Single layers, data on the device: ours beside the WebGPU peers, and as a share of what the device can do. */
export const kernels: GpuPart = async (bench) => {
  const outcomes: { rows: Row[]; goals: Goal[] }[] = [];
  for (const layer of LAYERS) {
    host.progress(layer.label);
    outcomes.push(await compare(layer, bench));
  }
  return {
    rows: outcomes.flatMap(({ rows }) => rows),
    goals: outcomes.flatMap(({ goals }) => goals),
    notes: ['Input and output stay on the device and nothing is read back.'],
  };
};

async function compare(
  { label, load, goal, halves = false }: Layer,
  { backend, cost, roofline }: GpuBench,
): Promise<{ rows: Row[]; goals: Goal[] }> {
  const subject = await load();
  const { graph } = subject;
  const flops = flopsOf(graph);
  const copies = Math.min(MAX_COPIES, Math.ceil(RUN_FLOPS / flops));
  const feeds = { [graph.inputs[0]!]: subject.input };
  const ours = await unpool(backend, copied(graph, copies), feeds, { resident: true });
  const halving = halves ? await createWebGpuBackend({ transform: halveWeights }) : undefined;
  const halved =
    halving &&
    (await unpool(halving, copied(graph, copies), feeds, { resident: true, name: 'Unpool, float16 weights' }));
  const own = halved ? [ours, halved] : [ours];
  const contenders = [...own, ...(await loadPeers(subject, ['webgpu'], { resident: true }))];
  const difference = await differences(contenders);
  // On a busy machine a second of CPU time holds less work than on an idle one: the peaks are measured beside the layer, and
  // next to ours, since a turn of the peers takes seconds.
  const timings = await interleave([...roofline.peaks, ...contenders]);
  const gpuMs = await ours.gpuMs();
  for (const contender of contenders) await contender.dispose?.();
  halving?.dispose();

  const [yardstick, most] = roofline.peaks.map(({ name, flops: all }) => all / cost(timings.get(name)!));
  const ourMs = cost(timings.get(ours.name)!) / copies;
  const rows = contenders.map(({ name }) => {
    const { rounds, coreMs, wallMs } = timings.get(name)!;
    const runs = own.some((peer) => peer.name === name) ? copies : 1;
    const ms = cost(timings.get(name)!) / runs;
    return {
      layer: label,
      library: name,
      'core-ms': coreMs && divided(coreMs, runs),
      'wall ms': divided(wallMs, runs),
      'GPU ms': name === ours.name && gpuMs !== undefined ? gpuMs / copies : undefined,
      '% of FMA in 6 chains': (100 * flops) / ms / yardstick!,
      '% of FMA peak': (100 * flops) / ms / most!,
      'times our cost': ms / ourMs,
      rounds,
      'relative L2 difference': difference.get(name)!,
    };
  });
  // Float16 weights have none of their own: they are the other way, for a device where a layer does not reach its goal.
  const reached = rows[0]!['% of FMA in 6 chains'];
  const text = `${label}: share of FMA in 6 chains`;
  return { rows, goals: goal === undefined ? [] : [{ text, reached, bound: { atLeast: 100 * goal }, unit: '%' }] };
}

/** A graph of one node with that node several times, each with an output of its own. */
function copied(graph: Graph, copies: number): Graph {
  const builder = graphBuilder(graph);
  const { op, inputs, attributes } = graph.nodes[0]!;
  const others = Array.from({ length: copies - 1 }, () => builder.add(op, inputs, attributes));
  return builder.build(graph.name, [...graph.outputs, ...others]);
}

function divided({ min, median, max }: Spread, by: number): Spread {
  return { min: min / by, median: median / by, max: max / by };
}
