import { ShapeError } from '../errors.ts';
import { formatShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { gaborStarts } from './parts/gabor-starts.ts';
import { VaryingGabor, type GaborShape } from './parts/gabor-shape.ts';

/**
 * The Gabor function times one colour that is nearest to a filter: colour[c] · exp(−u²/2width² − v²/2length²) ·
 * cos(2π·frequency·u + phase), where u is measured from the centre across the stripes, and v along them.
 */
export interface GaborFit {
  /**
   * 1 − Σ(w − ŵ)² / Σ(w − w̄)² over all weights w of all planes, where w̄ is their mean: 1 is a perfect fit. Below 0 where the
   * mean alone fits better, and NaN where weights are no numbers.
   */
  readonly r2: number;
  /** Cycles per pixel. */
  readonly frequency: number;
  /** Standard deviations of the Gaussian across the stripes and along them, px. */
  readonly width: number;
  readonly length: number;
  /** Of the stripes: degrees counter-clockwise from the horizontal, 0 ≤ orientation < 180. */
  readonly orientation: number;
  /** Of the cosine at the centre, radians; u points to the right, or straight down. */
  readonly phase: number;
  /** Pixels to the right of the middle of the filter, and below it. */
  readonly centre: readonly [x: number, y: number];
  /** One number for each plane, in units of the weights; the largest of them is positive. */
  readonly colour: readonly number[];
}

/** Smallest side of a filter that is fitted, px: a function of ten numbers comes near to anything smaller. */
export const MIN_GABOR_SIDE = 7;

/**
 * When a filter is called Gabor-like. Frequency × width is what Ringach (2002, J. Neurophysiology 88) calls n_x: simple cells have
 * 0.1 to 0.6 of it. Below 0.2 no second stripe is left that could be seen: a blob, or a ramp.
 */
export const GABOR_LIKE = { r2: 0.7, cycles: 0.2 } as const;

/** Whether a fit explains enough of a filter, and has stripes: see {@link GABOR_LIKE}. */
export function isGaborLike({ r2, frequency, width }: GaborFit): boolean {
  return r2 >= GABOR_LIKE.r2 && frequency * width >= GABOR_LIKE.cycles;
}

/** Steps from each start; then the best go on until a step explains no more of the filter than this in addition. */
const FIRST_STEPS = 15;
const BEST = 3;
const CLOSE = 1e-10;
/** Filters that are ramps take hundreds: the longer the wave, the better, by little. */
const MAX_STEPS = 400;
/** Of Marquardt's damping. */
const FIRST_DAMPING = 1e-2;
const MAX_DAMPING = 1e8;

/**
 * Fits one Gabor function times one colour to a filter [planes, rows, columns] by least squares (Jones & Palmer 1987,
 * J. Neurophysiology 58: receptive fields of simple cells). Levenberg–Marquardt with the colour solved for at each step (variable
 * projection: Golub & Pereyra 1973, with Kaufman's derivative), from several starts; the best one is given. The same filter has
 * the same fit. Pauses after each start: to be driven by `atOnce` or `inSlices`. Throws {@link ShapeError} for what is no filter of
 * {@link MIN_GABOR_SIDE} pixels or more.
 */
export function* gaborFit({ shape, data }: Tensor): Generator<undefined, GaborFit> {
  const [planes, rows, columns] = shape as [number, number, number];
  if (shape.length !== 3 || planes < 1 || Math.min(rows, columns) < MIN_GABOR_SIDE) {
    const expected = `planes×rows×columns, ${MIN_GABOR_SIDE} or more of the last two`;
    throw new ShapeError('this is no filter that a Gabor function could be fitted to', {
      expected,
      got: formatShape(shape),
    });
  }
  const gabor = new VaryingGabor(data, planes, rows, columns);
  const climbs: Climb[] = [];
  for (const start of gaborStarts(data, planes, rows, columns)) {
    climbs.push(climb(gabor, start, FIRST_STEPS));
    yield;
  }
  const byWorth = (a: Climb, b: Climb): number => b.explained - a.explained;
  const finals: Climb[] = [];
  for (const { shape: start } of climbs.sort(byWorth).slice(0, BEST)) {
    finals.push(climb(gabor, start, MAX_STEPS));
    yield;
  }
  return describe(gabor, finals.sort(byWorth)[0]!.shape, data);
}

interface Climb {
  readonly shape: GaborShape;
  /** Of Σw². */
  readonly explained: number;
}

/** The nearest shape that explains most, uphill from a start. */
function climb(gabor: VaryingGabor, start: GaborShape, most: number): Climb {
  let shape = start;
  let explained = gabor.look(shape);
  let damping = FIRST_DAMPING;
  for (let steps = 0; steps < most && damping < MAX_DAMPING; steps++) {
    const next = gabor.step(shape, damping);
    const reached = gabor.explainedBy(next);
    if (!(reached > explained)) {
      damping *= 4;
      // Steps are made from what was looked at last.
      gabor.look(shape);
      continue;
    }
    const gain = reached - explained;
    shape = next;
    explained = gabor.look(shape);
    damping /= 5;
    if (gain < CLOSE * gabor.squares) break;
  }
  return { shape, explained };
}

function describe(gabor: VaryingGabor, found: GaborShape, data: ArrayLike<number>): GaborFit {
  const explained = gabor.look(found);
  let mean = 0;
  for (let i = 0; i < data.length; i++) mean += data[i]! / data.length;
  const varying = gabor.squares - data.length * mean ** 2;
  const largest = gabor.colour.reduce((far, value) => (Math.abs(value) > Math.abs(far) ? value : far), 0);
  const sign = largest < 0 ? -1 : 1;
  // The same wave runs the other way with the phase turned round; down is clockwise on a picture.
  const turns = Math.ceil(found[2] / Math.PI - 0.5);
  const angle = found[2] - turns * Math.PI;
  const phase = (turns % 2 === 0 ? found[6] : -found[6]) + (sign < 0 ? Math.PI : 0);
  return {
    // Rounding leaves something of the squares of a filter whose weights are all the same.
    r2:
      varying > Number.EPSILON * data.length * gabor.squares ? 1 - (gabor.squares - explained) / varying : varying * 0,
    frequency: found[5],
    width: Math.exp(found[3]),
    length: Math.exp(found[4]),
    orientation: (((90 - (angle * 180) / Math.PI) % 180) + 180) % 180,
    phase: Math.atan2(Math.sin(phase), Math.cos(phase)),
    centre: [found[0], found[1]],
    colour: Array.from(gabor.colour, (value) => sign * value),
  };
}
