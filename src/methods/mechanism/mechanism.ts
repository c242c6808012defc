import type { AdapterDescription } from '../../engine/backend.ts';
import type { Model, Sample, SampleSource } from '../../engine/model.ts';
import { shown } from '../../check.ts';
import { ArgumentError } from '../../errors.ts';
import { dependents } from '../../graph/dependents.ts';
import { prune } from '../../graph/prune.ts';
import { makersOf } from '../../graph/tensors.ts';
import { receptiveField, type FieldBox } from '../../graph/receptive-field.ts';
import type { Graph, Node } from '../../ir/graph.ts';
import { unravel } from '../../ops/explain/explanation.ts';
import { explanationOf } from '../../ops/explain/index.ts';
import { opOf } from '../../ops/registry.ts';
import { sizeOf } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { float32 } from '../../tensor/tensor.ts';
import { argMax, forward } from '../parts/forward.ts';
import { isFeatureMap, isSpatial, lastSpatialLayer } from '../parts/spatial.ts';
import { checkUnit, type UnitTarget } from '../parts/target.ts';
import { pathTo, type Spot, type Stage } from './path.ts';
import { wayBack, type Return } from './signals.ts';

export interface MechanismOptions {
  /** A single unit; the strongest of the strongest channel of {@link defaultLayer} by default. */
  readonly unit?: Partial<UnitTarget> & { readonly at?: 'max' | readonly [y: number, x: number] };
  readonly signal?: AbortSignal | undefined;
}

/** The arithmetic of one unit for one picture: how its number comes about, and what comes back of a signal of 1 from it. */
export interface Mechanism {
  readonly layer: string;
  readonly channel: number;
  /** Row and column; of a layer without places [0, 0]. */
  readonly at: readonly [y: number, x: number];
  readonly end: Spot;
  readonly value: number;
  /** The channel [h, w]. */
  readonly map: Tensor;
  /** The strongest unit of each channel [c]. */
  readonly peaks: Float32Array;
  /** From the picture to the unit, along what adds most. */
  readonly stages: readonly Stage[];
  /** From the unit to the picture, as far as a signal passes: all stages where one can. */
  readonly returns: readonly Return[];
  /** What of the picture the number depends on that the walk begins with, and then the one at the end of each stage. */
  readonly fields: readonly (FieldBox | undefined)[];
  readonly ms: number;
  readonly adapter: AdapterDescription;
}

/**
 * The arithmetic of a unit, number by number: a forward pass of which all tensors on the way are kept, and one more with a
 * backward pass for each of the three rules. Throws ArgumentError for a unit that is not there.
 */
export async function mechanism(
  model: Model,
  picture: SampleSource,
  { unit = {}, signal }: MechanismOptions = {},
): Promise<Mechanism> {
  const began = performance.now();
  const layer = unit.layer ?? defaultLayer(model);
  const { name, shape } = model.resolve(layer);
  checkUnit({ ...unit, layer }, shape);
  const { graph, input } = model;
  const varying = dependents(graph, [input.name]);
  if (!varying.has(name) || name === input.name || graph.values.get(name)!.dtype !== 'float32') {
    throw new ArgumentError(`${shown(layer)} is no layer`, {
      expected: 'what the network computes',
      where: model.name,
    });
  }
  const sample = await model.prepare(picture, { signal });
  const numbers = await numbersOn(model, sample, name, varying, signal);

  const activations = numbers(name);
  const [, channels = 1, height = 1, width = 1] = shape;
  const plane = height * width;
  const at = unitOf(activations, plane, width, unit);
  const end: Spot = { tensor: name, at };
  const stages = pathTo(graph, input.name, end, numbers);
  const returns = await wayBack(model, sample, end, stages, numbers, signal);
  const channel = Math.floor(at / plane);
  const [y, x] = unravel(at % plane, [height, width]) as [number, number];
  const map = Float32Array.from({ length: plane }, (_, i) => activations[channel * plane + i]!);
  return {
    layer,
    channel,
    at: [y, x],
    end,
    value: activations[at]!,
    map: float32([height, width], map),
    peaks: Float32Array.from({ length: channels }, (_, c) => {
      let peak = -Infinity;
      for (let i = c * plane; i < (c + 1) * plane; i++) peak = Math.max(peak, activations[i]!);
      return peak;
    }),
    stages,
    returns,
    fields: [...stages.map(({ from }) => from), end].map((spot) => fieldOf(graph, spot)),
    ms: performance.now() - began,
    adapter: model.backend.adapter,
  };
}

/**
 * The first layer behind which all that there is to see has happened: sums of products under windows of several numbers with a
 * max-pool before them, and the ReLU after them where there is one. Else the first layer with places.
 */
export function defaultLayer(model: Model): string {
  const { graph, layers } = model;
  const makers = makersOf(graph);
  let pooled = false;
  let found: string | undefined;
  for (const layer of layers) {
    const node = makers.get(layer.tensor)!;
    if (found !== undefined) return opOf(layer.op).activation ? layer.name : found;
    pooled ||= explanationOf(node)?.records !== undefined;
    if (pooled && isSpatial(layer) && isWide(graph, node)) found = layer.name;
  }
  const first = layers.find((layer) => isFeatureMap(model, layer)) ?? layers[0];
  return found ?? first?.name ?? lastSpatialLayer(model);
}

/** Whether it looks at more than one place. */
function isWide({ values }: Graph, { op, inputs: [, weights] }: Node): boolean {
  return opOf(op).product === 'convolution' && sizeOf(values.get(weights!)!.shape.slice(2)) > 1;
}

/** Flat index of the unit that is asked for, in the channel that is, or of the strongest there. */
function unitOf(
  activations: ArrayLike<number>,
  plane: number,
  width: number,
  { channel, at = 'max' }: NonNullable<MechanismOptions['unit']>,
): number {
  const chosen = channel ?? Math.floor(argMax(activations) / plane);
  if (at !== 'max') return chosen * plane + at[0] * width + at[1];
  return chosen * plane + argMax(Array.from({ length: plane }, (_, i) => activations[chosen * plane + i]!));
}

/** The numbers of all that a layer is computed from, in one forward pass, and of weights. */
async function numbersOn(
  model: Model,
  sample: Pick<Sample, 'input'>,
  tensor: string,
  varying: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<(name: string) => ArrayLike<number>> {
  const { graph, input } = model;
  const wanted = prune(graph, [tensor]).nodes.flatMap(({ outputs }) => outputs.filter((name) => varying.has(name)));
  const results = await forward(model, sample, wanted, signal);
  const numbers = new Map<string, ArrayLike<number>>(wanted.map((name, i) => [name, results[i]!.data]));
  numbers.set(input.name, sample.input.data);
  return (name) => numbers.get(name) ?? graph.constants.get(name)!.data;
}

/** Of a unit with a place [1, c, h, w]. */
function fieldOf(graph: Graph, { tensor, at }: Spot): FieldBox | undefined {
  const { shape } = graph.values.get(tensor)!;
  if (shape.length !== 4) return undefined;
  const [, channel, y, x] = unravel(at, shape) as [number, number, number, number];
  return receptiveField(graph, tensor, { channel, at: [y, x] });
}
