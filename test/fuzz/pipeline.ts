import { shaderOf } from '../../shaders/table.ts';
import type { Model } from '../../src/engine/model.ts';
import { plan } from '../../src/engine/plan.ts';
import { expectRoom } from '../../src/engine/room.ts';
import { ShaderError, UnpoolError } from '../../src/errors.ts';
import { countWorkgroups } from '../../src/gpu/dispatch.ts';
import { expand } from '../../src/gpu/expand.ts';
import { packParams, paramsBytes } from '../../src/gpu/params.ts';
import { differentiate, flowsBack } from '../../src/graph/differentiate.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { fold } from '../../src/graph/fold.ts';
import { fuse } from '../../src/graph/fuse.ts';
import { layersOf } from '../../src/graph/layers.ts';
import { prune } from '../../src/graph/prune.ts';
import { receptiveField } from '../../src/graph/receptive-field.ts';
import { splitWeights } from '../../src/graph/split-weights.ts';
import { contextOf } from '../../src/ir/builder.ts';
import type { Graph } from '../../src/ir/graph.ts';
import type { Launch } from '../../src/ir/op.ts';
import { diagram } from '../../src/methods/diagram.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import type { OnnxModel, OnnxValue } from '../../src/onnx/model.ts';
import { readOnnx } from '../../src/onnx/read.ts';
import { loadLaunches } from '../../src/ops/launches.ts';
import { importedOperators, loadOps, opOf } from '../../src/ops/registry.ts';
import { sizeOf, type Shape } from '../../src/tensor/shape.ts';
import { tensor } from '../../src/tensor/tensor.ts';

/** What became of a file. */
export interface Outcome {
  /** `ran`, or the error's class and message. */
  readonly result: string;
  /** What is wrong with it: an error that is none of ours; a shape or launch that cannot be. */
  readonly fault?: string;
  /** Bytes of the file, its weights and the tensors of its declared shapes: what may be needed to look at it. */
  readonly declaredBytes: number;
}

/** Limits of a modest device. */
const DEVICE = { bindingBytes: 2 ** 27, workgroups: 65_535 };
/** Layers whose receptive fields are looked for. */
const LAYERS = 8;
/** Operations of a network that is small enough for float64. */
const TINY = 1e6;

/** Does with a file all that figures do without a device: reads, folds, describes, differentiates, fuses, plans, packs. */
export async function lookAt(bytes: Uint8Array): Promise<Outcome> {
  let declaredBytes = bytes.length;
  try {
    const model = await readOnnx(bytes);
    declaredBytes += declared(model);
    const imported = await importOnnx(model, { shapes: shapesOf(model) });
    declaredBytes += activations(imported);
    const graph = fold(imported);
    describe(graph);
    await compile(graph, false);
    const back = backwards(graph);
    if (back) await compile(back, true);
    await runTiny(graph);
    return { result: 'ran', declaredBytes };
  } catch (error) {
    const result = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const fault = faultOf(error);
    return { result, declaredBytes, ...(fault !== undefined && { fault }) };
  }
}

/** An error that is not ours, itself or behind one of ours. */
function faultOf(error: unknown): string | undefined {
  if (error instanceof UnpoolError) {
    const { cause } = error.details;
    // A reader of Protocol Buffers throws plain errors where a file is cut off: that is how they are told.
    if (cause === undefined || error.message.includes('damaged or cut off') || error.message.includes('not an ONNX'))
      return undefined;
    return faultOf(cause);
  }
  return error instanceof Error ? (error.stack ?? String(error)).slice(0, 600) : String(error);
}

function declared({ graph }: OnnxModel): number {
  const weights = [...graph.initializers.values()].reduce((sum, { tensor: t }) => sum + (t?.data.byteLength ?? 0), 0);
  const sizes = graph.inputs.map((input) => 4 * Math.min(sizeOf(shapeOf(input) ?? []), 2 ** 29));
  return weights + sizes.reduce((a, b) => a + Math.max(b, 0), 0);
}

function activations({ values, constants }: Graph): number {
  return [...values.values()].reduce((sum, { name, shape }) => sum + (constants.has(name) ? 0 : 4 * sizeOf(shape)), 0);
}

/** Sizes that the file leaves open, as a user would give them. */
function shapeOf({ shape }: OnnxValue): Shape | undefined {
  return shape?.map((dim, axis) => (typeof dim === 'number' ? dim : ([1, 3][axis] ?? 16)));
}

function shapesOf({ graph }: OnnxModel): Record<string, Shape> {
  const open = graph.inputs.filter(
    ({ shape, name }) => shape?.some((dim) => typeof dim === 'string') && !graph.initializers.has(name),
  );
  return Object.fromEntries(open.map((input) => [input.name, shapeOf(input)!]));
}

function describe(graph: Graph): void {
  const layers = layersOf(graph);
  const step = Math.ceil(layers.length / LAYERS);
  const rank = graph.values.get(graph.inputs[0] ?? '')?.shape.length ?? 0;
  for (let i = 0; i < layers.length; i += step) {
    if (rank > 1 && sizeOf(layers[i]!.shape) > 0) receptiveField(graph, layers[i]!.tensor);
  }
  const input = { shape: graph.values.get(graph.inputs[0] ?? '')?.shape ?? [] };
  diagram({ name: 'fuzz', graph, layers, input } as unknown as Model);
}

/** What saliency runs. */
function backwards(graph: Graph): Graph | undefined {
  const [input] = graph.inputs;
  const [output] = graph.outputs;
  if (input === undefined || output === undefined || !flowsBack(graph, output, [input])) return undefined;
  const { graph: both, gradients } = differentiate(graph, { of: output, wrt: [input] });
  return prune(both, [gradients.get(input)!]);
}

/** As a backend compiles, but for the device. */
async function compile(graph: Graph, subgroups: boolean): Promise<void> {
  await loadLaunches(graph.nodes.map(({ op }) => op));
  const fused = fuse(splitWeights(prune(graph), DEVICE.bindingBytes));
  const planned = plan(fused, { subgroups, adapter: 'integrated', baseline: true });
  expectRoom(fused, planned, DEVICE.bindingBytes);
  for (const { launch } of planned.launches) await pack(launch);
}

const kernels = new Map<
  string,
  { readonly workgroupSize: readonly [number, number, number]; readonly foldable: boolean }
>();

async function pack({ shader, constants = {}, params, threads, bindings }: Launch): Promise<void> {
  const source = (await shaderOf(shader))!;
  packParams(new DataView(new ArrayBuffer(paramsBytes(source.params))), 0, source.params, params, shader);
  const names = source.bindings.filter(([, access]) => access !== 'uniform').map(([name]) => name);
  if (names.toSorted().join() !== Object.keys(bindings).toSorted().join()) throw new Error(`bindings of ${shader}`);
  const key = JSON.stringify([shader, constants]);
  let kernel = kernels.get(key);
  if (!kernel) {
    const { code, constants: known } = expand(source.source, constants, (path) => source.imports[path]!, shader);
    if (code.length > 200_000) throw new Error(`${shader} has ${String(code.length)} characters`);
    const values = new Map(known.map(({ name, default: value }) => [name, constants[name] ?? value]));
    const [x, y, z] = source.workgroupSize.map((size) => (typeof size === 'number' ? size : values.get(size)!));
    kernel = { workgroupSize: [x!, y!, z!], foldable: code.includes('num_workgroups') };
    kernels.set(key, kernel);
  }
  if (!threads.every((n) => Number.isInteger(n) && n > 0))
    throw new ShaderError(`${shader} has ${threads.join('×')} threads`, { cause: new Error('threads') });
  countWorkgroups({ id: shader, ...kernel }, threads, DEVICE.workgroups);
}

async function runTiny(graph: Graph): Promise<void> {
  await loadOps();
  const costs = graph.nodes.map((node) => {
    const context = contextOf(node, graph.values);
    const elements = context.outputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    return Math.max(opOf(node.op).flops?.(context) ?? 0, elements);
  });
  for (const name of graph.inputs) costs.push(sizeOf(graph.values.get(name)!.shape));
  if (!(costs.reduce((a, b) => a + b, 0) < TINY)) return;
  const feeds = graph.inputs.map((name) => {
    const { shape } = graph.values.get(name)!;
    return [
      name,
      tensor(
        'float64',
        shape,
        new Float64Array(sizeOf(shape)).map((_, i) => Math.sin(i)),
      ),
    ] as const;
  });
  const results = evaluate(graph, Object.fromEntries(feeds));
  for (const [name, { shape, data }] of Object.entries(results))
    if (data.length !== sizeOf(shape)) throw new Error(`"${name}" has ${String(data.length)} numbers`);
}

/** The operators of ONNX that are imported here. */
export async function operatorNames(): Promise<readonly string[]> {
  await loadOps();
  return importedOperators();
}
