import { checkChoice, checkNumber, checkWhole } from '../../check.ts';
import type { Model, SampleSource } from '../../engine/model.ts';
import { bellAt, checkSeed, uniformAt } from '../attribution/parts/noise.ts';
import { MAX_SAMPLES } from '../../limits.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import {
  checkInputMap,
  costOfTarget,
  inputSize,
  plus,
  streamOf,
  subjectOf,
  unitOf,
  type Cost,
  type Measured,
  type MeasureOptions,
} from './measure.ts';
import { scoresOf } from './passes.ts';

/**
 * How the picture is disturbed: `noise` for maps that are gradients, whose product with a change tells a change of the score;
 * `squares`, which become 0, for maps that are shares of the score already, such as integrated gradients.
 */
export type Disturbance = 'noise' | 'squares';

export interface InfidelityOptions extends MeasureOptions {
  readonly disturbance?: Disturbance | undefined;
  /** Disturbed pictures, one pass each; 10 by default. */
  readonly samples?: number | undefined;
  /** Deviation of the noise in units of the network's input; 5 grey levels of 255 by default. */
  readonly noise?: number | undefined;
  readonly seed?: number | undefined;
}

export interface InfidelitySettings {
  readonly disturbance: Disturbance;
  readonly samples: number;
  /** Of `noise`. */
  readonly noise?: number;
  /** Of `squares`, px. */
  readonly side?: number;
  readonly seed: number;
  readonly classId: number;
}

export interface Infidelity extends Measured<InfidelitySettings> {
  /** The same of the map times {@link Infidelity.beta}: maps of any scale can be compared. */
  readonly normalised: number;
  /** The factor of the map that suits the score best. */
  readonly beta: number;
  /** What the map says of each disturbance. */
  readonly expected: readonly number[];
  /** By how much the score fell. */
  readonly found: readonly number[];
}

const DISTURBANCES: readonly Disturbance[] = ['noise', 'squares'];
const SAMPLES = 10;
/** Grey levels of 255. */
const NOISE = 5;
const [NOISE_STREAM, SQUARE_STREAM] = [4100, 4200];

/**
 * Infidelity (Yeh et al. 2019): how far what a map says of disturbances is from what they do to the score, mean (I · map − (f(x) − f(x −
 * I)))²; less is better. The map [c, h, w] is signed and has a number for each of the input.
 */
export async function infidelity(
  model: Model,
  picture: SampleSource,
  map: Tensor,
  options: InfidelityOptions = {},
): Promise<Infidelity> {
  const began = performance.now();
  const { disturbance = 'noise', samples = SAMPLES, noise = NOISE * unitOf(model), seed = 0 } = options;
  const { signal, onProgress } = options;
  checkChoice('disturbance', disturbance, DISTURBANCES);
  checkNumber('the noise', noise, { above: 0 });
  checkSeed(seed);
  const cost = costOfInfidelity(options);
  const weights = checkInputMap(model, map);
  const { sample, classId } = await subjectOf(model, picture, options);
  const { height, width, plane } = inputSize(model);
  const { data } = sample.input;
  const side = Math.round(Math.min(height, width) / 4);

  /** What is taken from the picture at a place; of squares as a share of what is there. */
  const disturb = (k: number): ((at: number) => number) => {
    if (disturbance === 'noise') {
      const stream = streamOf(NOISE_STREAM + k, seed);
      return (at) => noise * bellAt(stream, at);
    }
    const corner = (size: number, axis: number): number =>
      Math.floor((size - side + 1) * uniformAt(streamOf(SQUARE_STREAM + k, seed), axis));
    const [top, left] = [corner(height, 0), corner(width, 1)];
    return (at) => {
      const [y, x] = [Math.floor((at % plane) / width) - top, (at % width) - left];
      return y >= 0 && y < side && x >= 0 && x < side ? 1 : 0;
    };
  };
  const expected: number[] = [];
  const make = (i: number, into: Float32Array): void => {
    into.set(data);
    if (i === 0) return;
    const at = disturb(i - 1);
    let sum = 0;
    for (let place = 0; place < into.length; place++) {
      const taken = at(place);
      sum += taken * weights[place]!;
      into[place] = disturbance === 'noise' ? data[place]! - taken : data[place]! * (1 - taken);
    }
    expected.push(sum);
  };
  const scores: number[] = [];
  for await (const some of scoresOf(model, samples + 1, make, { signal, of: 'score', classId })) {
    scores.push(...some);
    onProgress?.({ done: scores.length / (samples + 1) });
  }
  const found = scores.slice(1).map((score) => scores[0]! - score);
  const mean = (of: (said: number, fell: number) => number): number =>
    expected.reduce((sum, said, k) => sum + of(said, found[k]!), 0) / samples;
  // A map of zeros says nothing that a factor could mend.
  const square = mean((said) => said * said);
  const beta = square === 0 ? 0 : mean((said, fell) => said * fell) / square;
  return {
    measure: 'infidelity',
    value: mean((said, fell) => (said - fell) ** 2),
    normalised: mean((said, fell) => (beta * said - fell) ** 2),
    beta,
    expected,
    found,
    cost,
    settings: { disturbance, samples, ...(disturbance === 'noise' ? { noise } : { side }), seed, classId },
    ms: performance.now() - began,
  };
}

/** What {@link infidelity} runs. */
export function costOfInfidelity({ samples = SAMPLES, ...options }: InfidelityOptions = {}): Cost {
  const disturbed = checkWhole('the number of samples', samples, 1, MAX_SAMPLES);
  return plus(costOfTarget(options), { forward: disturbed + 1, backward: 0 });
}
