import type { Model, SampleSource } from '../../../engine/model.ts';
import { upsample } from '../../../paint/upsample.ts';
import { float32, type Data, type Tensor } from '../../../tensor/tensor.ts';
import { expectFlow } from '../../parts/backpropagate.ts';
import { forward } from '../../parts/forward.ts';
import { lastSpatialLayer, spatialTensor } from '../../parts/spatial.ts';
import { shapeOfInput } from './batches.ts';
import { begin, finish, type ExplainOptions, type Explanation, type Job } from './job.ts';
import { signalGraph, type SignalRules } from './signals.ts';

export interface CamOptions extends ExplainOptions {
  /** The layer whose maps are weighted; the last one with feature maps by default. */
  readonly layer?: string | undefined;
  /** Keeps what speaks against the target; otherwise the map shows only what is above 0, as published. */
  readonly signed?: boolean | undefined;
}

/** A map of a layer, and the same over the picture. */
export interface LayerAttribution extends Explanation {
  /** [h, w] of the layer, with what speaks against the target. */
  readonly raw: Tensor;
  /** The layer that it is of. */
  readonly of: string;
}

/** Feature maps of a picture. */
export interface LayerMaps {
  readonly layer: string;
  readonly tensor: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Positions of a map. */
  readonly plane: number;
  /** [c, h, w] */
  readonly activations: Data;
}

/** Feature maps, and how the target depends on them. */
export interface LayerSignals extends LayerMaps {
  /** Gradient of the target with respect to them, [c, h, w]. */
  readonly gradient: Data;
}

/** A layer by its name, or the last one. Throws ArgumentError where it has no feature maps. */
export function mapsLayer(
  model: Model,
  layer: string = lastSpatialLayer(model),
): Omit<LayerMaps, 'activations'> & { readonly shape: readonly [number, number, number] } {
  const { name, shape } = spatialTensor(model, layer);
  const [, channels, height, width] = shape as [number, number, number, number];
  return { layer, tensor: name, channels, height, width, plane: height * width, shape: [channels, height, width] };
}

/** Feature maps of the picture in one forward pass. */
export async function layerMaps(job: Job, layer: string | undefined): Promise<LayerMaps> {
  const { model, sample, signal } = job;
  const found = mapsLayer(model, layer);
  const [activations] = await forward(model, sample, [found.tensor], signal);
  job.passes++;
  return { ...found, activations: activations!.data };
}

/** Feature maps, and the gradient of the target with respect to them: one pass forward and one back. Other rules have a key. */
export async function layerSignals(
  job: Job,
  layer: string | undefined,
  { key = 'gradient', ...rules }: SignalRules & { readonly key?: string } = {},
): Promise<LayerSignals> {
  const { model, sample, goal, signal, onProgress } = job;
  const found = mapsLayer(model, layer);
  expectFlow(model.graph, goal, found.tensor, found.layer);
  const results = await model.run(
    `cam:${key}:${goal.tensor}:${found.tensor}`,
    () => signalGraph(model, goal, found.tensor, 1, rules).graph,
    (input) => (input === model.input.name ? sample.input : goal.seed),
    { signal, onProgress },
  );
  job.passes += 2;
  // The graph's outputs: the gradient, what the goal is in, the activations
  const [gradient, , activations] = Object.values(results);
  return { ...found, activations: activations!.data, gradient: gradient!.data };
}

/** Σ over k of weight(k) · A[k], [h, w]. */
export function weightedMaps(
  { channels, plane, activations }: LayerMaps,
  weight: (channel: number) => number,
): Float64Array {
  const map = new Float64Array(plane);
  for (let k = 0; k < channels; k++) {
    const w = weight(k);
    if (w !== 0) for (let i = 0; i < plane; i++) map[i]! += w * activations[k * plane + i]!;
  }
  return map;
}

/** Σ over the positions of one channel. */
export function sumOver({ plane }: LayerMaps, channel: number, at: (i: number) => number): number {
  let sum = 0;
  for (let i = channel * plane; i < (channel + 1) * plane; i++) sum += at(i);
  return sum;
}

/** A result over the picture from a map [h, w] of a layer: bilinear, with pixel centres at half integers. */
export function finishMap(
  job: Job,
  method: string,
  { layer, height, width }: Pick<LayerMaps, 'layer' | 'height' | 'width'>,
  map: ArrayLike<number>,
  { signed = false, notes }: Pick<CamOptions, 'signed'> & { readonly notes?: readonly string[] } = {},
): LayerAttribution {
  const [, rows, columns] = shapeOfInput(job.model) as [number, number, number];
  const shown = signed ? map : Float64Array.from(map, (value) => Math.max(value, 0));
  const large = float32([rows, columns], upsample(shown, [height, width], [rows, columns]));
  return {
    ...finish(job, method, { map: large, ...(notes && { notes }) }),
    raw: float32([height, width], map),
    of: layer,
  };
}

/** A method of the family that goes by feature maps and their gradient. */
export async function camOf(
  method: string,
  model: Model,
  picture: SampleSource,
  options: CamOptions,
  mapOf: (signals: LayerSignals) => Float64Array,
): Promise<LayerAttribution> {
  const job = await begin(model, picture, options);
  const signals = await layerSignals(job, options.layer);
  return finishMap(job, method, signals, mapOf(signals), options);
}
