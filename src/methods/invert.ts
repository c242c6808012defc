import { checkNumber, checkWhole } from '../check.ts';
import type { Model, SampleSource } from '../engine/model.ts';
import { MAX_STEPS } from '../limits.ts';
import { sumOfSquares } from '../tensor/elementwise.ts';
import { codeOf } from './parts/codes.ts';
import { codeDistance } from './parts/objectives.ts';
import { sgd } from './parts/optimisers.ts';
import { toSteps } from './parts/images.ts';
import { pixels } from './parts/parametrisations.ts';
import { alphaNorm, totalVariation } from './parts/penalties.ts';
import { replacing } from './presets.ts';
import { DivergedError, synthesize, type Snapshot, type SynthesisOptions } from './synthesize.ts';

export interface InversionOptions extends Partial<SynthesisOptions> {
  readonly layer: string;
  /** Weight of the total variation; by the depth of the layer: 1, 10 or 100 in the first, second and last third. */
  readonly smoothness?: number | undefined;
}

/** Shares of the rate up to these steps, in the authors' code. */
const FALLING = [
  [100, 1],
  [300, 0.1],
  [400, 0.01],
] as const;
/** The authors' rate. */
const RATE = 0.004;
/**
 * Over the smoothness, the most that leaves room: with a momentum of 0.9 steps grow without end where rate × curvature is
 * above 3.8 (Polyak 1964). Total variation alone takes rate × 8 × smoothness, 3.2 at the authors' 100, on top of which the
 * codes of SqueezeNet's last modules take 0.6 and more.
 */
const STABLE_RATE = 0.1;
/** How much slower than published at most, by fours, where numbers diverge: codes of other networks are curved more. */
const SLOWEST = 4 ** 6;
/** Times the first distance: momentum overshoots, but not by that much. */
const HOPELESS = 100;
const ALPHA_WEIGHT = 8e-10;

/**
 * What a layer still knows of a picture: an image with the same code (Mahendran & Vedaldi 2015), from noise. All terms are
 * over the square of the picture's own norm, which stands for the mean norm of a data set that the authors use. Starts
 * again with a smaller rate where the numbers diverge, and yields no image that is further from the code than the noise was:
 * whenever it is stopped, the last one is good. Given an optimiser it does neither. Throws ArgumentError for a layer from
 * which no gradient flows back.
 */
export async function* invert(
  model: Model,
  picture: SampleSource,
  { layer, smoothness = smoothnessFor(model, layer), ...options }: InversionOptions,
): AsyncGenerator<Snapshot, void, undefined> {
  checkNumber('smoothness', smoothness, { least: 0 });
  const sample = await model.prepare(picture, { signal: options.signal });
  const code = await codeOf(model, sample, layer, options.signal);
  const { data } = toSteps(sample.input, model.preprocessing);
  const energy = Math.max(sumOfSquares(data), data.length);
  const { optimiser, steps = 400 } = options;
  const settings = {
    parametrisation: pixels({ noise: Math.sqrt(energy / data.length) }),
    size: sample.input.shape.slice(2) as [number, number],
    penalties: [alphaNorm(ALPHA_WEIGHT / (2 * energy)), totalVariation(smoothness / (2 * energy))],
    steps,
    objective: codeDistance(layer, code),
  };
  if (optimiser) {
    yield* synthesize(model, replacing(settings, options));
    return;
  }
  checkWhole('steps', steps, 1, MAX_STEPS);
  const rate = energy * Math.min(RATE, STABLE_RATE / smoothness);
  for (let slower = 1; ; slower *= 4) {
    // One step more, which goes nowhere: it tells how good the last image is
    const rateAt = (step: number): number => (step < steps ? (rate / slower) * shareAt(step) : 0);
    const recipe = { ...replacing(settings, options), optimiser: sgd(rateAt, { momentum: 0.9 }), steps: steps + 1 };
    const notes = slower > 1 ? [`With larger steps the numbers diverged: the rate is 1/${slower} of the usual.`] : [];
    try {
      for await (const snapshot of nearing(synthesize(model, recipe))) {
        yield { ...snapshot, notes: [...notes, ...snapshot.notes] };
      }
      return;
    } catch (cause) {
      if (slower === SLOWEST || !(cause instanceof DivergedError)) throw cause;
    }
  }
}

/**
 * The snapshots that are no further from the code, penalties included, than the first was: whoever stops keeps a good image.
 * How good one is, the next tells; the last is only there for that. Throws DivergedError where they do not come back.
 */
async function* nearing(snapshots: AsyncIterable<Snapshot>): AsyncGenerator<Snapshot, void, undefined> {
  let good: Snapshot | undefined;
  let candidate: Snapshot | undefined;
  for await (const next of snapshots) {
    const share = candidate ? next.trace[candidate.step]! / next.trace[0]! : 0;
    if (good && (share > HOPELESS || (share > 1 && next.step === next.steps))) {
      throw new DivergedError(candidate!.step - 1, good);
    }
    if (candidate && !(share > 1)) yield (good = candidate);
    candidate = { ...next, steps: next.steps - 1 };
  }
  // Nothing flowed back, or there was nothing left to do
  if (candidate && (!good || candidate.step <= candidate.steps)) yield candidate;
}

function shareAt(step: number): number {
  return FALLING.find(([end]) => step < end)?.[1] ?? FALLING[2][1];
}

/** The authors' weights for the thirds of CaffeNet's twenty layers. */
function smoothnessFor(model: Model, layer: string): number {
  const { name } = model.resolve(layer);
  const at = model.graph.nodes.findIndex(({ outputs }) => outputs.includes(name));
  return [1, 10, 100][Math.floor((3 * at) / model.graph.nodes.length)] ?? 1;
}
