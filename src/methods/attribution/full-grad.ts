import type { Model, SampleSource } from '../../engine/model.ts';
import { differentiate, RULES } from '../../graph/differentiate.ts';
import { dependents } from '../../graph/dependents.ts';
import { prune } from '../../graph/prune.ts';
import { contextOf } from '../../ir/builder.ts';
import type { Graph, Node } from '../../ir/graph.ts';
import { opOf } from '../../ops/registry.ts';
import { upsample } from '../../paint/upsample.ts';
import { float32, type Data } from '../../tensor/tensor.ts';
import { expectFlow } from '../parts/backpropagate.ts';
import type { CompleteAttribution } from './parts/completeness.ts';
import { shapeOfInput } from './parts/batches.ts';
import { begin, finish, type ExplainOptions } from './parts/job.ts';

/** Keeps a denominator from 0, as in pytorch-grad-cam 1.5.7. */
const EPSILON = 1e-7;

/**
 * FullGrad, [h, w]: input × gradient, and for each bias of the network bias × gradient; of each channel the magnitude, scaled to 0…1, over
 * the picture, added up (Srinivas & Fleuret 2019, §3 and §4). Before they are scaled, these add up to the score where the network is
 * piecewise linear: `completeness` is of that, with a difference to nothing at all. Every channel counts the same in the picture,
 * however little it gives.
 */
export async function fullGrad(
  model: Model,
  picture: SampleSource,
  options: ExplainOptions = {},
): Promise<CompleteAttribution> {
  const job = await begin(model, picture, options);
  const { goal, sample, signal, onProgress } = job;
  const { name } = model.input;
  expectFlow(model.graph, goal, name, undefined);
  const biased = biasesOf(model, goal.tensor);
  const wrt = [name, ...biased.map(({ tensor }) => tensor)];
  const { graph, gradients } = differentiate(model.graph, { of: goal.tensor, wrt });
  const results = await model.run(
    `fullgrad:${goal.tensor}`,
    () => prune(graph, [...new Set(gradients.values())]),
    (input) => (input === name ? sample.input : goal.seed),
    { signal, onProgress },
  );
  job.passes += 2;
  const gradientAt = (tensor: string): Data => results[gradients.get(tensor)!]!.data;
  const [channels, height, width] = shapeOfInput(model) as [number, number, number];
  const parts = [
    { maps: times(gradientAt(name), (i) => sample.input.data[i]!), shape: [channels, height, width] as const },
    ...biased.map(({ tensor, offset, shape: [, k, h = 1, w = 1] }) => ({
      maps: times(gradientAt(tensor), (i) => offset(Math.floor(i / (h * w)))),
      shape: [k!, h, w] as const,
    })),
  ];
  const picturesOf = parts.filter(({ shape: [, h, w] }) => h * w > 1);
  const map = new Float64Array(height * width);
  for (const { maps, shape } of picturesOf) {
    const large = upsample(magnitudes(maps, shape), [shape[1], shape[2]], [height, width]);
    for (let i = 0; i < map.length; i++) map[i]! += large[i]!;
  }
  const sum = parts.reduce((total, { maps }) => total + maps.reduce((a, b) => a + b, 0), 0);
  const result = finish(job, 'fullgrad', { map: float32([height, width], map), rules: RULES.gradient });
  return { ...result, completeness: { sum, difference: goal.score, gap: sum - goal.score } };
}

interface Bias {
  /** What it is added to. */
  readonly tensor: string;
  readonly shape: readonly number[];
  /** Of a channel, axis 1. */
  readonly offset: (channel: number) => number;
}

/** What is added to activations on the way to a tensor. */
function biasesOf({ graph, input }: Model, of: string): readonly Bias[] {
  const reached = dependents(graph, [input.name]);
  return prune(graph, [of]).nodes.flatMap((node) => {
    const tensor = node.outputs[0]!;
    const offset = reached.has(tensor) ? offsetOf(graph, node) : undefined;
    return offset ? [{ tensor, shape: graph.values.get(tensor)!.shape, offset }] : [];
  });
}

function offsetOf(graph: Graph, node: Node): Bias['offset'] | undefined {
  const { product, perChannel, tail } = opOf(node.op);
  const context = contextOf(node, graph.values);
  const scaled = perChannel?.(context, graph.constants);
  if (scaled) return (k) => scaled.offset[k]!;
  const constant = product
    ? graph.constants.get(node.inputs[2] ?? '')
    : tail === 'residual'
      ? node.inputs.map((name) => graph.constants.get(name)).find((found) => found !== undefined)
      : undefined;
  if (!constant) return undefined;
  const { beta = 1 } = node.attributes as { readonly beta?: number };
  const { data } = constant;
  const channels = context.outputs[0]!.shape[1]!;
  // One number for all, or one for each channel
  if (data.length !== 1 && data.length !== channels) return undefined;
  return (k) => (product ? beta : 1) * data[data.length === 1 ? 0 : k]!;
}

function times(data: Data, by: (i: number) => number): Float64Array {
  return Float64Array.from(data, (value, i) => value * by(i));
}

/** Σ over the channels of what is left when each one's magnitudes are scaled to 0…1. */
function magnitudes(maps: Float64Array, [channels, h, w]: readonly [number, number, number]): Float64Array {
  const plane = h * w;
  const sum = new Float64Array(plane);
  for (let k = 0; k < channels; k++) {
    const sizes = maps.subarray(k * plane, (k + 1) * plane).map(Math.abs);
    const least = sizes.reduce((a, b) => Math.min(a, b));
    const range = sizes.reduce((a, b) => Math.max(a, b)) - least;
    for (let i = 0; i < plane; i++) sum[i]! += (sizes[i]! - least) / (range + EPSILON);
  }
  return sum;
}
