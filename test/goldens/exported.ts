import type { Backend } from '../../src/engine/backend.ts';
import type { Model, Sample } from '../../src/engine/model.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { exportAttribution, wholeGraph } from '../../src/methods/attribution/export.ts';
import { graphMethods, type GraphMethodName } from '../../src/methods/attribution/graphs.ts';
import { explanationMethods } from '../../src/methods/attribution/methods.ts';
import { blankPicture } from '../../src/models/picture.ts';
import { toOnnx } from '../../src/onnx/export.ts';
import { loadOps, opOf } from '../../src/ops/registry.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { golden } from '../goldens.ts';
import { loadNet, NETS, PLACEMENT, readOnTheWayBack } from './checks.ts';
import { runOnnx } from './oracle.ts';
import { relativeL2, type Row } from './report.ts';

const TIGHT = 1e-4;
/** Of a map in which sums in another order have switched some unit on or off. */
const FLIPPED = 1e-2;

export const EXPORTED: readonly GraphMethodName[] = Object.keys(graphMethods) as GraphMethodName[];

type Report = (row: Row) => void;

/**
 * A method's file under onnxruntime against the method here. Where sums in another order have switched units on or off, which the
 * whole map shows, these are counted; then the map is compared with what the masks and switches of onnxruntime make of it in
 * float64.
 */
export async function checkExported(
  subject: string,
  method: GraphMethodName,
  model: Model,
  sample: Sample,
  report: Report,
): Promise<void> {
  const row = (quantity: string, value: number, bound: number, measure = 'relative L2'): void => {
    report({ subject, quantity, measure, value, bound });
  };
  const file = await exportAttribution(model, method);
  const { map, scores } = await runOnnx(file, { [model.input.name]: sample.input });
  const { graph } = await wholeGraph(model, method);
  const [, logits] = graph.outputs as [string, string];
  const whole = await runHere(model, graph, sample);
  const own = (await explanationMethods[method].run(model, sample)).map;
  const difference = relativeL2(map!.data, own.data);
  const size = `relative L2, ${(file.length / 1e6).toFixed(2)} MB`;
  if (method === EXPORTED[0]) row('scores', relativeL2(scores!.data, whole[logits]!.data), TIGHT);
  if (difference <= TIGHT) row(method, difference, TIGHT, size);
  else {
    const { flips, rest } = await flipped(graph, model, sample);
    row(method, difference, FLIPPED, size);
    row(`${method}, rest`, rest, TIGHT, `relative L2, ${String(flips)} flipped`);
  }
}

async function runHere(model: Model, graph: Graph, sample: Sample): Promise<Record<string, Tensor>> {
  const executable = await model.backend.compile(graph);
  try {
    return await executable.run({ [model.input.name]: sample.input });
  } finally {
    executable.dispose();
  }
}

/** Masks and switches that are others in onnxruntime, and how far its map is from what follows from its own. */
async function flipped(
  graph: Graph,
  model: Model,
  sample: Sample,
): Promise<{ readonly flips: number; readonly rest: number }> {
  const [map] = graph.outputs as [string];
  const kept = readOnTheWayBack(graph, model.graph);
  const all = { ...graph, outputs: [...new Set([map, ...kept])] };
  const feed = { [model.input.name]: sample.input };
  const theirs = await runOnnx(toOnnx(all), feed);
  const ours = await runHere(model, all, sample);
  const masks = new Set(graph.nodes.filter(({ op }) => opOf(op).tail === 'mask').map(({ inputs }) => inputs[0]!));
  let flips = 0;
  for (const name of kept) {
    const [a, b] = [ours[name]!, theirs[name]!];
    const isOther = a.dtype === 'uint32' ? differ : masks.has(name) ? switched : undefined;
    if (isOther) for (const [i, value] of a.data.entries()) flips += Number(isOther(value, b.data[i]!));
  }
  await loadOps();
  const given = Object.fromEntries(kept.map((name) => [name, theirs[name]!]));
  const { [map]: exact } = evaluate(graph, { ...feed, ...given }, [map]);
  return { flips, rest: relativeL2(theirs[map]!.data, exact!.data) };
}

const differ = (a: number, b: number): boolean => a !== b;
const switched = (a: number, b: number): boolean => a > 0 !== b > 0;

/** All methods, or some, of the random networks of the fixtures. */
export async function checkExportedNets(
  backend: Backend,
  report: Report,
  methods: readonly GraphMethodName[] = EXPORTED,
): Promise<void> {
  for (const net of NETS) {
    const input = await (await golden(net)).tensor('input');
    const [height, width] = input.shape.slice(2) as [number, number];
    const model = await loadNet(net, backend, [height, width]);
    const sample: Sample = { crop: blankPicture(width, height), placement: PLACEMENT, input };
    for (const method of methods) await checkExported(net, method, model, sample, report);
    model.dispose();
  }
}
