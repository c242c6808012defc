import type { Model, Sample } from '../../src/engine/model.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { deconvnet } from '../../src/methods/attribution/deconvnet.ts';
import { exportAttribution, wholeGraph } from '../../src/methods/attribution/export.ts';
import { gradient } from '../../src/methods/attribution/gradient.ts';
import type { GraphMethodName } from '../../src/methods/attribution/graphs.ts';
import { guidedBackprop } from '../../src/methods/attribution/guided-backprop.ts';
import { saliency } from '../../src/methods/attribution/saliency.ts';
import type { AttributionMethod } from '../../src/methods/attribution/table.ts';
import { toOnnx } from '../../src/onnx/export.ts';
import { loadOps, opOf } from '../../src/ops/registry.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { readOnTheWayBack } from './checks.ts';
import { runOnnx } from './oracle.ts';
import { relativeL2, type Row } from './report.ts';

const TIGHT = 1e-4;

/** Methods that are a file, and how this library runs them without one. */
export const EXPORTED: Readonly<Record<ExportedName, AttributionMethod['run']>> = {
  gradient,
  saliency,
  'guided-backprop': guidedBackprop,
  deconvnet,
};

export type ExportedName = 'gradient' | 'saliency' | 'guided-backprop' | 'deconvnet';

/**
 * A method's file under onnxruntime against the method here. Where sums in another order have switched units on or off, which the
 * whole map shows, these are counted; then the map is compared with what the masks and switches of onnxruntime make of it in
 * float64. Returns the size of the file.
 */
export async function checkExported(
  subject: string,
  method: ExportedName,
  model: Model,
  sample: Sample,
  report: (row: Row) => void,
): Promise<number> {
  const row = (quantity: string, value: number, bound: number, measure = 'relative L2'): void => {
    report({ subject, quantity: `${method}, ${quantity}`, measure, value, bound });
  };
  const file = await exportAttribution(model, method);
  const { map, scores } = await runOnnx(file, { [model.input.name]: sample.input });
  const own = await EXPORTED[method](model, sample);
  const difference = relativeL2(map!.data, own.map.data);
  const best = Math.max(...scores!.data);
  row('score', Math.abs(best - own.goal.score) / Math.abs(own.goal.score), TIGHT, 'relative difference');
  if (difference <= TIGHT) {
    row('onnxruntime', difference, TIGHT);
    return file.length;
  }
  const { flips, rest } = await flipped(method, model, sample);
  row('onnxruntime, all', difference, 5e-3);
  row(`${String(flips)} flipped, rest`, rest, TIGHT);
  return file.length;
}

/** Masks and switches that are others in onnxruntime, and how far its map is from what follows from its own. */
async function flipped(
  method: GraphMethodName,
  model: Model,
  { input }: Sample,
): Promise<{ readonly flips: number; readonly rest: number }> {
  const { graph } = await wholeGraph(model, method);
  const [map] = graph.outputs as [string];
  const kept = readOnTheWayBack(graph, model.graph);
  const all = { ...graph, outputs: [...new Set([map, ...kept])] };
  const feed = { [model.input.name]: input };
  const theirs = await runOnnx(toOnnx(all), feed);
  const executable = await model.backend.compile(all);
  const ours = await executable.run(feed);
  executable.dispose();
  const masks = new Set(graph.nodes.filter(({ op }) => opOf(op).tail === 'mask').map(({ inputs }) => inputs[0]!));
  let flips = 0;
  for (const name of kept) {
    const [a, b] = [ours[name]!, theirs[name]!];
    const differs = a.dtype === 'uint32' ? other : masks.has(name) ? switched : undefined;
    if (differs) for (const [i, value] of a.data.entries()) flips += Number(differs(value, b.data[i]!));
  }
  await loadOps();
  const given: Record<string, Tensor> = Object.fromEntries(kept.map((name) => [name, theirs[name]!]));
  const { [map]: exact } = evaluate(graph, { ...feed, ...given }, [map]);
  return { flips, rest: relativeL2(theirs[map]!.data, exact!.data) };
}

const other = (a: number, b: number): boolean => a !== b;
const switched = (a: number, b: number): boolean => a > 0 !== b > 0;
