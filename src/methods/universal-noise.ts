import { checkList, checkNumber } from '../check.ts';
import type { AdapterDescription } from '../engine/backend.ts';
import type { Model, Sample, SampleSource } from '../engine/model.ts';
import { ArgumentError, ShapeError } from '../errors.ts';
import { MAX_IMAGES } from '../limits.ts';
import { formatShape, sameShape } from '../tensor/shape.ts';
import { float32, type Tensor } from '../tensor/tensor.ts';
import { ball } from './parts/constraints.ts';
import { logProbability } from './parts/objectives.ts';
import { sgd } from './parts/optimisers.ts';
import { sharedNoise } from './parts/parametrisations.ts';
import { classIdOf } from './parts/target.ts';
import { verdictOn } from './parts/verdict.ts';
import { synthesize, type Snapshot } from './synthesize.ts';

export interface UniversalNoiseOptions {
  /** How far any pixel may move, in 8-bit steps; 10 by default. */
  readonly epsilon?: number | undefined;
  /** How far it moves at a time, in 8-bit steps; 1 by default. */
  readonly stepSize?: number | undefined;
  readonly steps?: number | undefined;
  /** The class that all pictures are to be taken for; without it any but their own. */
  readonly target?: number | string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number) => void) | undefined;
}

export interface UniversalNoise {
  /** In 8-bit steps [1, c, h, w]. */
  readonly change: Tensor;
  /** For each picture: taken for the target, or for another class than before. */
  readonly fooled: readonly boolean[];
  /** Sum over the pictures of what was raised, before each step. */
  readonly trace: Float32Array;
  readonly ms: number;
  readonly adapter: AdapterDescription;
}

/** One noise that misleads a network on all of a few pictures (after Moosavi-Dezfooli et al. 2017), by signs of gradients. */
export async function universalNoise(
  model: Model,
  pictures: readonly SampleSource[],
  { epsilon = 10, stepSize = 1, steps = 40, target, signal, onProgress }: UniversalNoiseOptions = {},
): Promise<UniversalNoise> {
  checkList('the list of pictures', pictures, MAX_IMAGES);
  checkNumber('stepSize', stepSize, { above: 0 });
  const samples: Pick<Sample, 'input'>[] = [];
  for (const picture of pictures) samples.push(await model.prepare(picture, { signal }));
  const [first] = samples;
  if (!first) throw new ArgumentError('there are no pictures to put a noise on');
  const other = samples.find(({ input }) => !sameShape(input.shape, first.input.shape));
  if (other) {
    const [expected, got] = [formatShape(first.input.shape), formatShape(other.input.shape)];
    throw new ShapeError('the pictures are of different sizes', { expected, got });
  }
  const wanted = target === undefined ? undefined : classIdOf(model, target);
  const before: number[] = [];
  for (const sample of samples) before.push((await verdictOn(model, sample, signal)).best);
  const [, ...one] = first.input.shape;
  const zero = float32([1, ...one], new Float32Array(first.input.data.length));
  let last: Snapshot | undefined;
  const recipe = {
    objective: wanted === undefined ? logProbability(before).times(-1) : logProbability(before.map(() => wanted)),
    parametrisation: sharedNoise(stacked(samples)),
    count: samples.length,
    size: one.slice(1) as [number, number],
    optimiser: sgd(stepSize, { normalise: 'sign' }),
    constraints: [ball(zero, epsilon)],
    steps,
    signal,
    onProgress,
  };
  for await (const snapshot of synthesize(model, recipe)) last = snapshot;
  const { image, parameters, trace, ms, adapter } = last!;
  const fooled: boolean[] = [];
  for (const [i, label] of before.entries()) {
    const { length } = zero.data;
    const input = { ...zero, data: image.data.slice(i * length, (i + 1) * length) };
    const best = (await verdictOn(model, { input }, signal)).best;
    fooled.push(wanted === undefined ? best !== label : best === wanted);
  }
  return { change: parameters['noise']!, fooled, trace, ms, adapter };
}

/** Inputs [1, …] as one [n, …]. */
function stacked(samples: readonly Pick<Sample, 'input'>[]): Tensor {
  const [, ...one] = samples[0]!.input.shape;
  const { length } = samples[0]!.input.data;
  const data = new Float32Array(samples.length * length);
  for (const [i, { input }] of samples.entries()) data.set(input.data, i * length);
  return float32([samples.length, ...one], data);
}
